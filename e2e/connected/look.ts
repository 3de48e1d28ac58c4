import type { Chromium } from "../harness/webdriver.ts";

/** What is wrong with a page for somebody on a phone, with poor sight, or with a screen reader; one line each. */
export async function defects(browser: Chromium): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [width, scheme] of [
    [375, "light"],
    [375, "dark"],
    [1100, "light"],
  ] as const) {
    await appear(browser, width, scheme);
    const lines = await browser.look<readonly string[]>(script);
    found.push(...lines.map((line) => `${width} ${scheme}: ${line}`));
  }
  const complaints = (await browser.complaints()).filter(
    (line) => !line.includes("the server responded with a status"),
  );
  return [...found, ...complaints];
}

/** As a screen of this width, in the person's choice of colours. */
export async function appear(browser: Chromium, width: number, scheme: "light" | "dark"): Promise<void> {
  await browser.devtools("Emulation.setDeviceMetricsOverride", {
    width,
    height: 760,
    deviceScaleFactor: 1,
    mobile: width < 500,
  });
  await browser.devtools("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-color-scheme", value: scheme }],
  });
}

/** Runs in the page. Contrast: WCAG 2.2, 1.4.3; targets: 2.5.8; names: 4.1.2; reflow: 1.4.10. */
const script = `
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (element) => element.getClientRects().length > 0 && !element.closest(".hidden");
  const name = (element) => element.tagName.toLowerCase() + (element.id && "#" + element.id) + " " + (element.textContent ?? "").trim().slice(0, 30);

  if (document.documentElement.lang !== "en") wrong.push("no language");
  if (all("h1").length !== 1) wrong.push(all("h1").length + " h1");
  if (all("main").length !== 1) wrong.push("no main");
  if (!document.title.includes(document.querySelector("h1").textContent)) wrong.push("the title is not the heading");
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the screen: " + document.documentElement.scrollWidth);
  for (const element of all("main *, header *"))
    if (shown(element) && element.getBoundingClientRect().right > innerWidth + 1) wrong.push("cut off: " + name(element));

  for (const field of all("input:not([type=hidden]), textarea")) {
    if (!field.labels?.length) wrong.push("no label: " + name(field));
    for (const id of (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean))
      if (!document.getElementById(id)) wrong.push("described by nothing: " + name(field));
    if (field.getAttribute("aria-invalid") && !document.getElementById(field.id + "-problem")) wrong.push("no message: " + name(field));
  }
  for (const element of all("a, button, summary")) if (!element.textContent.trim()) wrong.push("no name: " + element.outerHTML);
  for (const element of all("button, .button, nav a, summary, input:not([type=hidden])"))
    if (shown(element) && !element.closest("label")) {
      const { width, height } = element.getBoundingClientRect();
      if (Math.min(width, height) < 24) wrong.push("small target: " + name(element));
    }
  const ids = all("[id]").map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push("twice: #" + id);
  for (const { name: url } of performance.getEntriesByType("resource"))
    if (!url.startsWith(location.origin)) wrong.push("from elsewhere: " + url);

  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => numbers(colour).slice(0, 3).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if ((numbers(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const element of all("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!shown(element) || !(hasText || element.matches("input, textarea"))) continue;
    const ratio = contrast(getComputedStyle(element).color, ground(element));
    if (ratio < 4.5) wrong.push("contrast " + ratio.toFixed(2) + ": " + name(element));
  }
  for (const field of all("input[type=text], input[type=email], input[type=password], textarea")) {
    const ratio = contrast(getComputedStyle(field).borderTopColor, ground(field));
    if (shown(field) && ratio < 3) wrong.push("border " + ratio.toFixed(2) + ": " + name(field));
  }
  return wrong;
`;
