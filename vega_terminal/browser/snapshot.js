// One look at the page: which known fields are there, what stands in the way, never what was typed.
const ids = arguments[0];
const visible = (element) => {
  if (!element) return false;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && style.display !== "none";
};
const field = (element) => ({
  visible: visible(element),
  enabled: Boolean(element) && !element.disabled && element.getAttribute("aria-disabled") !== "true",
  digits: element && typeof element.value === "string" ? element.value.replace(/\D/g, "").length : 0,
});
const fields = {};
for (const id of ids) fields[id] = field(document.getElementById(id));
const alerts = [...document.querySelectorAll('[role="alert"]')]
  .filter(visible).map((element) => element.textContent.trim()).filter(Boolean);
const challenge = [...document.querySelectorAll('iframe[src*="challenges.cloudflare.com"], [class*="cf-turnstile"]')]
  .some(visible);
const solution = document.querySelector('input[name="cf-turnstile-response"]');
const navigation = performance.getEntriesByType("navigation")[0];
return {
  documentUri: document.documentURI,
  ready: document.readyState,
  contentType: document.contentType,
  status: navigation && navigation.responseStatus ? navigation.responseStatus : 0,
  fields: fields,
  alert: alerts.join(" ").slice(0, 300),
  challenge: challenge,
  solved: Boolean(solution && solution.value),
  json: document.contentType === "application/json" ? document.body.innerText.slice(0, 4000) : "",
};
