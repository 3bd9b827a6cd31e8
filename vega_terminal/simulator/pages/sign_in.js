"use strict";
const settings = JSON.parse(document.body.dataset.settings);
const PRESS = `/press/${settings.transaction}`;
const FRAME = `/challenges.cloudflare.com/turnstile/${settings.transaction}`;
const RESEND_AFTER_S = 45;
const byId = (id) => document.getElementById(id);
const digitsOf = (text) => text.replace(/\D/g, "");

let challenge = "none"; // none, standing or solved
let resendTimer = null;

// A new step slides in under a cover that takes every click until the animation is over.
function show(name) {
  clearInterval(resendTimer);
  byId("step").replaceChildren(byId(`step-${name}`).content.cloneNode(true));
  byId("cover").hidden = false;
  setTimeout(() => { byId("cover").hidden = true; }, settings.overlayMs);
  byId("step").querySelector(".back")?.addEventListener("click", showMobile);
}

async function press(button, path, fields, onMoved) {
  const alertBox = byId("step").querySelector("[role=alert]");
  alertBox.hidden = true;
  button.disabled = true;
  button.classList.add("busy");
  const outcome = await (await fetch(PRESS + path, { method: "POST", body: new URLSearchParams(fields) })).json();
  if (outcome.onward) { location.assign(outcome.onward); return; }
  if (outcome.step) { onMoved(outcome); return; }
  if (!outcome.alert) return; // the broker says nothing: the button goes on turning
  button.classList.remove("busy");
  button.disabled = false;
  alertBox.textContent = outcome.alert;
  alertBox.hidden = false;
}

function onSubmit(button, action) {
  button.form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!button.disabled) action();
  });
}

function showMobile() {
  show("mobile");
  const [field, button] = [byId("mobileNum"), byId("getOtp")];
  const judge = () => { button.disabled = field.value.length !== 10 || challenge === "standing"; };
  field.addEventListener("input", () => { field.value = digitsOf(field.value); judge(); });
  onSubmit(button, () => press(button, "/get-otp", { mobile: field.value }, (moved) => showOtp(field.value, moved)));
  if (settings.turnstile === "on" && challenge === "none") raiseChallenge();
  if (settings.turnstile === "late" && challenge === "none") setTimeout(raiseChallenge, settings.turnstileLateMs);
  if (challenge !== "none") placeChallenge();
}

async function raiseChallenge() {
  if (challenge !== "none" || !byId("getOtp")) return;
  challenge = "standing";
  byId("getOtp").disabled = true;
  await fetch(`${FRAME}/appeared`, { method: "POST" });
  placeChallenge();
  const watch = setInterval(async () => {
    const state = await (await fetch(`${FRAME}/state`)).json();
    if (!state.solved) return;
    clearInterval(watch);
    challenge = "solved";
    byId("challenge")?.querySelector("input").setAttribute("value", `simulated.${settings.transaction}`);
    byId("mobileNum")?.dispatchEvent(new Event("input"));
  }, 200);
}

function placeChallenge() {
  const box = byId("challenge");
  if (!box) return;
  box.innerHTML = `<iframe src="${FRAME}" title="Widget containing a Cloudflare security challenge"></iframe>`
    + '<input type="hidden" name="cf-turnstile-response">';
  box.className = "cf-turnstile";
}

function showOtp(mobile, moved) {
  show("otp");
  byId("step").querySelector(".masked").textContent = moved.masked_mobile;
  const [field, button, resend] = [byId("otpNum"), byId("continueBtn"), byId("resendOtp")];
  field.addEventListener("input", () => {
    const digits = digitsOf(field.value).slice(0, 6);
    field.value = digits.length > 3 ? `${digits.slice(0, 3)}-${digits.slice(3)}` : digits;
    button.disabled = digits.length !== 6;
  });
  onSubmit(button, () => press(button, "/otp", { otp: digitsOf(field.value) }, showPin));
  resend.addEventListener("click", () =>
    press(resend, "/get-otp", { mobile }, (again) => showOtp(mobile, again)));
  countDown(resend);
  showSms(moved.sms);
}

function countDown(resend) {
  const end = Date.now() + RESEND_AFTER_S * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    resend.textContent = left ? `Resend OTP (0:${String(left).padStart(2, "0")}s)` : "Resend OTP";
    resend.disabled = left > 0;
    if (!left) clearInterval(resendTimer);
  };
  tick();
  resendTimer = setInterval(tick, 500);
}

function showPin() {
  show("pin");
  byId("sms").hidden = true;
  const [field, button] = [byId("pinCode"), byId("pinContinueBtn")];
  field.addEventListener("input", () => {
    field.value = digitsOf(field.value);
    button.disabled = field.value.length !== 6;
  });
  onSubmit(button, () => press(button, "/pin", { pin: field.value }, () => {}));
}

function showSms(otp) {
  if (!otp) return;
  byId("sms").innerHTML = `<small>SIMULATED SMS &middot; now</small>Your OTP to login is <b>${otp}</b>`;
  byId("sms").hidden = false;
}

function drawQr() {
  let noise = 20260105;
  const dark = (x, y) => {
    const corner = [[0, 0], [18, 0], [0, 18]].find(([cx, cy]) => Math.max(Math.abs(x - cx - 3), Math.abs(y - cy - 3)) < 5);
    if (corner) {
      const ring = Math.max(Math.abs(x - corner[0] - 3), Math.abs(y - corner[1] - 3));
      return ring < 2 || ring === 3;
    }
    noise = (noise * 16807) % 2147483647;
    return noise > 1073741824;
  };
  const cells = [...Array(625).keys()].map((i) => [i % 25, Math.floor(i / 25)]).filter(([x, y]) => dark(x, y));
  byId("qr").innerHTML = cells.map(([x, y]) => `<rect x="${x}" y="${y}" width="1" height="1"/>`).join("");
}

addEventListener("pagehide", () => navigator.sendBeacon(`${PRESS}/left`));
drawQr();
showMobile();
