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

// A browser holds few connections to one host: two jobs are followed by events, further ones are asked for.
const MOST_EVENTS = 2;
let following = 0;

function show(job, video) {
  const waiting = video.queue ? `In the queue: place ${video.queue.place} of ${video.queue.waiting}` : "In the queue";
  job.querySelector("progress").value = video.progress;
  job.querySelector(".state").textContent = video.status === "queued" ? waiting : `Generating, ${video.progress} %`;
}

function follow(job) {
  if (following >= MOST_EVENTS) { poll(job); return; }
  following += 1;
  const source = new EventSource(`/v1/videos/${job.dataset.job}/events`);
  const settle = () => { source.close(); following -= 1; htmx.trigger(job, "settled"); };
  source.addEventListener("progress", (event) => show(job, JSON.parse(event.data)));
  source.addEventListener("completed", settle);
  source.addEventListener("failed", settle);
}

async function poll(job) {
  while (job.isConnected) {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const reply = await fetch(`/v1/videos/${job.dataset.job}`).catch(() => null);
    if (!reply?.ok) continue;
    const video = await reply.json();
    if (video.status === "completed" || video.status === "failed") { htmx.trigger(job, "settled"); return; }
    show(job, video);
  }
}

// Captions stand a little above the edge, where the sound button leaves them room.
function raise({ target }) {
  for (const cue of target.track.cues ?? []) cue.line = -3;
}

function prepare(root) {
  const within = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  within("[data-clip]").forEach((frame) => onScreen.observe(frame));
  within("[data-job]").forEach(follow);
  within("track").forEach((track) => track.addEventListener("load", raise));
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
