"use strict";
// Videos play while they are on screen, without sound until someone asks for it; jobs follow their events.
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const onScreen = new IntersectionObserver((entries) => {
  for (const { target, intersectionRatio } of entries) {
    const video = target.querySelector("video");
    if (intersectionRatio >= 0.6 && !still) video.play().catch(() => {});
    else { video.pause(); hush(target); }
  }
}, { threshold: [0, 0.6] });

function hush(frame) {
  frame.querySelector("video").muted = true;
  frame.querySelector(".sound").setAttribute("aria-pressed", "false");
}

function toggleSound(frame) {
  const video = frame.querySelector("video");
  const loud = video.muted;
  document.querySelectorAll("[data-clip]").forEach(hush);
  if (loud) {
    video.muted = false;
    frame.querySelector(".sound").setAttribute("aria-pressed", "true");
    video.play().catch(() => {});
  } else if (still) video.pause();
}

document.addEventListener("click", (event) => {
  const frame = event.target.closest("[data-clip]");
  if (frame) toggleSound(frame);
});

function follow(job) {
  const source = new EventSource(job.dataset.events);
  const show = (event) => {
    const video = JSON.parse(event.data);
    const waiting = video.queue ? `In the queue: place ${video.queue.place} of ${video.queue.waiting}` : "In the queue";
    job.querySelector("progress").value = video.progress;
    job.querySelector(".state").textContent = video.status === "queued" ? waiting : `Generating, ${video.progress} %`;
  };
  const settle = () => { source.close(); htmx.trigger(job, "settled"); };
  source.addEventListener("progress", show);
  source.addEventListener("completed", settle);
  source.addEventListener("failed", settle);
}

function prepare(root) {
  const within = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  within("[data-clip]").forEach((frame) => onScreen.observe(frame));
  within("[data-events]").forEach(follow);
}

document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!event.detail.successful || !form.matches?.("[data-closes]")) return;
  form.reset();
  form.closest("details")?.removeAttribute("open");
  document.querySelector("#jobs")?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  event.target.closest("form")?.requestSubmit();
});

const toast = document.querySelector("#toast");
let hiding;
new MutationObserver(() => {
  clearTimeout(hiding);
  if (toast.childElementCount) hiding = setTimeout(() => toast.replaceChildren(), 8000);
}).observe(toast, { childList: true });
