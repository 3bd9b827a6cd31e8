"use strict";

/* What textual-serve's script leaves out: keys from the start, a title, why a terminal ended, a font in time. */

const Plain = window.WebSocket;

window.WebSocket = class extends Plain {
  constructor(...address) {
    super(...address);
    this.addEventListener("open", giveKeys);
    this.addEventListener("close", (event) => showEnd(event.reason));
    this.addEventListener("message", (event) => showTitle(event.data));
  }
};

function giveKeys() {
  if (!document.body.classList.contains("-closed")) document.querySelector(".xterm-helper-textarea")?.focus();
}

window.addEventListener("focus", giveKeys);

function showEnd(reason) {
  document.querySelector("#reason").textContent = reason || "The connection to the server was lost.";
  document.body.classList.add("-closed");
  document.querySelector("#again").focus();
}

function showTitle(data) {
  if (typeof data !== "string") return;
  const [kind, text] = JSON.parse(data);
  if (kind === "title") document.title = text;
}

document.querySelector("#again").addEventListener("click", () => window.location.reload());

/* The cells are measured once: with the fallback font they would have the wrong size for good. */
const styles = ["", "bold ", "italic "];
Promise.allSettled(styles.map((style) => document.fonts.load(`${style}15px "Roboto Mono"`))).then(() => {
  const script = document.createElement("script");
  script.src = "textual.js";
  script.addEventListener("load", () => {
    if (document.readyState === "complete") window.onload();
  });
  document.head.append(script);
});
