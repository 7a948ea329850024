"""What the scene engine makes of prompts: scene, understood and ignored words.

python scripts/prompts.py                                  twenty prompts of its own
python scripts/prompts.py "a red fox in a forest" ...      yours
python scripts/prompts.py "a red fox" --remix "make it night" "add an owl"
"""

from __future__ import annotations

import argparse

from inference.world.patch import patch
from inference.world.scene import FPS, Actor, Scene, Understanding
from inference.world.stage import stage
from inference.world.understand import understand

PROMPTS = [
    "A red cat with a green hat dances in a snowy forest at night",
    "Two dogs chase a blue cat through the park on a sunny day",
    'A girl with an umbrella says "Hello, little frog!" and the frog says "Ribbit."',
    "Close-up of a sleepy panda eating an apple, gentle music",
    "Aerial shot of a castle in the fog at dawn, epic mood",
    "An astronaut rides a white horse on the moon, cinematic, 4k",
    "Three small yellow birds fly over the sea at sunset",
    "A pirate with a parrot on the beach says 'I'm the captain!'",
    "Five children jump in the garden, happy music",
    "A green dragon flies over the mountains while a knight runs away",
    "The camera pans slowly to the left over a desert, no clouds",
    "A big red and white striped ball bounces in the kitchen",
    "A witch behind a tree under the full moon, spooky",
    "Twelve penguins dance on the ice",
    "A man with long black hair and blue eyes plays guitar on a stage",
    "A rocket launches from the farm while cows watch",
    "A whale and three orange fish swim underwater",
    "A robot without a hat waves in the city in the rain. Robot: I am here.",
    "An old woman drives a yellow tractor, a dog follows the tractor",
    "Photorealistic slow motion of a melting ice sculpture of a swan",
]


def brief(actor: Actor) -> str:
    look = " ".join(f"{key}={value}" for key, value in actor.look.items())
    relation = f"{actor.relation.kind} {actor.relation.actor}" if actor.relation else ""
    count = f"{actor.count} x " if actor.count > 1 else ""
    size = f"size {actor.size:g}" if actor.size != 1 else ""
    manner = "" if actor.manner == "normal" else actor.manner
    details = ", ".join(part for part in (manner, relation, look, size) if part)
    return f"{count}{actor.name}: {actor.action}" + (f" ({details})" if details else "")


def summary(scene: Scene) -> list[str]:
    star = {name: "" if name in scene.fixed else "*" for name in ("place", "weather", "time", "camera", "mood")}
    fields = [f"{getattr(scene, name)}{star[name]}" for name in star]
    return [
        "  " + " | ".join(fields),
        *(f"  - {brief(actor)}" for actor in scene.actors),
        *(f'  > {line.speaker or "narrator"}: "{line.text}"' for line in scene.lines),
    ]


def show(prompt: str, understanding: Understanding, seconds: float) -> None:
    layers = stage(understanding.scene, seconds, FPS, 16 / 9)
    print(f"\n{prompt}")
    print("\n".join(summary(understanding.scene)))
    print(f"  understood: {' '.join(understanding.understood) or '-'}")
    print(f"  ignored:    {' '.join(understanding.ignored) or '-'}")
    print(f"  staged:     {len(layers.instances)} instances, {len(layers.sounds)} sounds in {seconds:g} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prompts", nargs="*", default=PROMPTS)
    parser.add_argument("--remix", nargs="*", default=[], help="patches of the last prompt, one after the other")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=4.0)
    given = parser.parse_args()
    print("* = free: chosen by the seed")
    for prompt in given.prompts:
        understanding = understand(prompt, given.seed)
        show(prompt, understanding, given.seconds)
    for prompt in given.remix:
        understanding = patch(understanding.scene, prompt)
        show(f"remix: {prompt}", understanding, given.seconds)


if __name__ == "__main__":
    main()
