"""A walk through a running instance with the official OpenAI SDK: create, wait, download, look inside, remix, like,
list, delete. `make demo` runs it; `recut up` must be running.

python scripts/demo.py [--url http://127.0.0.1:8000 --key rk_...] [--out FOLDER] [--keep] ["your prompt"]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import warnings
from pathlib import Path

import av
import httpx2
from openai import OpenAI
from openai.types import Video

PROMPT = 'A red fox runs through a snowy forest at dusk and says "wait for me"'
CHANGE = "make it night"


def main() -> int:
    # The SDK marks the methods because the hosted service that they were made for has closed.
    warnings.filterwarnings("ignore", "The Sora API", DeprecationWarning)
    args = _arguments()
    url, key = args.url or _url(), args.key or _recut("key", "create", "--account", "demo")
    client = OpenAI(base_url=f"{url}/v1", api_key=key)
    args.out.mkdir(parents=True, exist_ok=True)

    video = _make(client, args.prompt, args.size)
    _download(client, video, args.out)
    remix = _wait(client, client.videos.remix(video.id, prompt=CHANGE), f"remix: {CHANGE}")
    _download(client, remix, args.out)
    _publish(url, key, remix)
    print("\nlatest of my videos:")
    for each in list(client.videos.list(limit=5))[:5]:
        print(f"  {each.id}  {each.status:11}  {(each.prompt or '')[:72]}")
    if args.keep:
        print(f"\nopen {url}/videos/{remix.id}")
    else:
        deleted = [client.videos.delete(each.id) for each in (remix, video)]
        print(f"\ndeleted {', '.join(each.id for each in deleted)} (--keep leaves them)")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prompt", nargs="?", default=PROMPT)
    parser.add_argument("--url", help="base address; default: the instance that runs here")
    parser.add_argument("--key", help="API key; default: a new one for the account `demo`")
    parser.add_argument("--size", default="720x1280")
    parser.add_argument("--out", type=Path, default=Path(".recut/demo"), help="folder for the files")
    parser.add_argument("--keep", action="store_true", help="leave the videos on the server, the remix published")
    return parser.parse_args()


def _url() -> str:
    status = json.loads(_recut("status", "--json"))
    return str(status["url"])


def _recut(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "recut", *words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"demo: {done.stderr.strip() or done.stdout.strip()}\nStart an instance with `make up` first.")
    return done.stdout.strip()


def _make(client: OpenAI, prompt: str, size: str) -> Video:
    video = client.videos.create(prompt=prompt, model="sora-2", seconds="4", size=size)  # type: ignore[arg-type]
    return _wait(client, video, prompt)


def _wait(client: OpenAI, video: Video, what: str) -> Video:
    print(f"\n{what}\n  {video.id}")
    began = time.monotonic()
    while video.status in ("queued", "in_progress"):
        print(f"\r  {video.status} {video.progress:3} %", end="", flush=True)
        response = client.videos.with_raw_response.retrieve(video.id)
        video = response.parse()
        time.sleep(int(response.headers["openai-poll-after-ms"]) / 1000)
    print(f"\r  {video.status} after {time.monotonic() - began:.1f} s")
    if video.error:
        sys.exit(f"demo: {video.error.code}: {video.error.message}")
    words = video.model_extra or {}
    print(f"  understood: {', '.join(words['understood'])}; not understood: {', '.join(words['ignored']) or 'nothing'}")
    return video


def _download(client: OpenAI, video: Video, folder: Path) -> None:
    path = folder / f"{video.id}.mp4"
    client.videos.download_content(video.id).write_to_file(path)
    client.videos.download_content(video.id, variant="thumbnail").write_to_file(path.with_suffix(".webp"))
    print(f"  {path}: {_probe(path)}")


def _probe(path: Path) -> str:
    """What a player would find: every frame is decoded, and the loudest sample is looked for."""
    with av.open(str(path)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        frames, loudest = 0, 0.0
        for packet in film.demux(picture, sound):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    frames += 1
                else:
                    loudest = max(loudest, float(abs(frame.to_ndarray()).max()))
        seen = f"{picture.codec_context.name} {picture.width}x{picture.height}, {frames} frames"
        heard = f"{sound.codec_context.name} {sound.codec_context.sample_rate} Hz, peak {loudest:.2f}"
    return f"{seen}, {heard}, {path.stat().st_size / 1e6:.1f} MB"


def _publish(url: str, key: str, video: Video) -> None:
    """What the SDK has no method for: publish, like, and where the video stands in the remix graph."""
    with httpx2.Client(base_url=f"{url}/v1", headers={"Authorization": f"Bearer {key}"}) as http:
        published = http.post(f"/videos/{video.id}/publish", json={"caption": CHANGE}).raise_for_status()
        http.post(f"/videos/{video.id}/like").raise_for_status()
        token = {"Recut-Token": published.headers["recut-token"]} if "recut-token" in published.headers else {}
        family = http.get(f"/videos/{video.id}/lineage", headers=token).raise_for_status().json()
    print(f"  published and liked; comes from {', '.join(str(above['id']) for above in family['ancestors'])}")


if __name__ == "__main__":
    sys.exit(main())
