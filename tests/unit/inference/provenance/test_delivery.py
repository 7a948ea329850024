"""A film as it is delivered, and what is found in it afterwards."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from domain.errors import Invalid
from domain.jobs import Bundle, Cast
from domain.provenance import Ingredient, Reading
from inference import media
from inference.ports import Failed, Given, Job, Provenance, Reference
from inference.provenance import signing
from inference.provenance.delivery import Delivery
from inference.provenance.drawn import provenance_of
from inference.provenance.reading import Asked, read
from inference.sandbox import Sandbox
from infra.signing import CHAIN_FILE, CommandSigner, FileSigner, SigningError, anchor_of, local_signer, made
from tests.pictures import a_jpeg
from tests.unit.inference.provenance.sounds import sound

KEY = b"k" * 32
NOW = datetime.now(UTC)
WIDTH, HEIGHT, FPS, SECONDS = 360, 640, 30, 2
MARK, PARENTS_MARK = 0x1234567890ABCDEF, 0xFEDCBA0987654321


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> FileSigner:
    return local_signer(tmp_path_factory.mktemp("home"), NOW)


@pytest.fixture(scope="module")
def parent(signer: FileSigner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parent")
    return delivered(folder, job(signer, video_id="video_0", mark_id=PARENTS_MARK))


@pytest.fixture(scope="module")
def remix(signer: FileSigner, parent: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("remix")
    star = Cast(character_id="char_1", name="Rex", handle="rex", description="a dog", rig="dog", parameters="{}")
    given = Given(seconds=SECONDS, video_id="video_0", delivered=parent)
    return delivered(folder, job(signer, verb="remix", parents=(given,), characters=(star,)), speaks=True)


def job(signer: FileSigner, *, mark_id: int = MARK, label: bool = False, **changes: Any) -> Job:
    fields: dict[str, Any] = {
        "video_id": "video_1", "attempt": 1, "model": "sketch-1", "verb": "create", "prompt": "a cat", "seed": 1,
        "seconds": SECONDS, "width": WIDTH, "height": HEIGHT,
        "provenance": Provenance(mark_key=KEY, mark_id=mark_id, label=label, signer=signer),
    }  # fmt: skip
    return Job(**fields | changes)


def delivered(folder: Path, job: Job, *, speaks: bool = False) -> Path:
    file, delivery, audio = folder / "video.mp4", Delivery(job), sound(SECONDS)
    delivery.sound(audio)
    media.encode_mp4(file, clouds(), audio, width=WIDTH, height=HEIGHT, fps=FPS, finish=delivery.picture)
    delivery.sign(file, speaks=speaks)
    return file


def clouds() -> Iterator[media.Pixels]:
    """They drift."""
    wide = (
        gaussian_filter(np.random.default_rng(2).standard_normal((HEIGHT, WIDTH + 4 * FPS * SECONDS)) * 400, 20) + 128
    )
    grey = np.clip(wide, 0, 255).astype(np.uint8)
    for i in range(FPS * SECONDS):
        yield np.repeat(grey[:, 4 * i : 4 * i + WIDTH, None], 3, axis=2)


def reading(file: Path, signer: FileSigner) -> Reading:
    return read(file, KEY, anchor_of(signer.chain))


def remuxed(file: Path, folder: Path) -> Path:
    """The same packets in a new file: what no longer has a manifest."""
    out = folder / "stripped.mp4"
    with av.open(str(file)) as source, av.open(str(out), "w") as target:
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return out


def test_a_delivered_film_says_where_it_comes_from(remix: Path, signer: FileSigner) -> None:
    said = reading(remix, signer)
    assert (said.manifest.state, said.manifest.problems) == ("trusted", ())
    assert (said.manifest.video_id, said.manifest.verb, said.manifest.model) == ("video_1", "remix", "sketch-1")
    assert said.manifest.mark_id == said.picture[0] == said.sound[0] == f"{MARK:016x}"
    assert said.manifest.source == "compositeWithTrainedAlgorithmicMedia"
    assert said.manifest.ingredients == (Ingredient("char_1", "inputTo"), Ingredient("video_0", "parentOf"))


def test_of_whom_nobody_trusts_a_manifest_is_only_valid(parent: Path, tmp_path: Path) -> None:
    other = local_signer(tmp_path, NOW)
    assert reading(parent, other).manifest.state == "valid"


def test_one_byte_that_was_changed_shows(parent: Path, signer: FileSigner, tmp_path: Path) -> None:
    data = bytearray(parent.read_bytes())
    data[data.index(b"mdat") + 5_000] ^= 1
    (tmp_path / "changed.mp4").write_bytes(data)
    said = reading(tmp_path / "changed.mp4", signer)
    assert said.manifest.state == "invalid"
    assert "assertion.bmffHash.mismatch" in said.manifest.problems


def test_without_its_manifest_it_still_has_its_marks(remix: Path, signer: FileSigner, tmp_path: Path) -> None:
    said = reading(remuxed(remix, tmp_path), signer)
    assert said.manifest.state == "absent"
    assert (said.picture, said.sound) == ((f"{MARK:016x}",), (f"{MARK:016x}",))


def test_a_stitch_is_created_of_components(parent: Path, remix: Path, signer: FileSigner, tmp_path: Path) -> None:
    parts = [
        Given(seconds=1, video_id=name, delivered=file)
        for name, file in (("video_0", parent), ("video_1", remix), ("video_0", parent))
    ]
    said = reading(delivered(tmp_path, job(signer, video_id="video_2", verb="stitch", parents=tuple(parts))), signer)
    assert said.manifest.state == "trusted"
    assert said.manifest.ingredients == (Ingredient("video_0", "componentOf"), Ingredient("video_1", "componentOf"))
    assert said.manifest.source == "algorithmicMedia"


def test_a_picture_behind_the_actors_is_named_and_counts(signer: FileSigner, tmp_path: Path) -> None:
    picture = tmp_path / "p.jpg"
    picture.write_bytes(a_jpeg())
    reference = Reference(picture, "image", "image/jpeg")
    said = reading(delivered(tmp_path, job(signer, reference=reference)), signer)
    assert (said.manifest.state, said.manifest.source) == ("trusted", "compositeSynthetic")
    digest = hashlib.sha256(picture.read_bytes()).hexdigest()
    assert said.manifest.ingredients == (Ingredient(f"sha256:{digest}", "componentOf"),)


def test_what_is_made_of_it_names_its_parent_only(parent: Path, signer: FileSigner, tmp_path: Path) -> None:
    picture = tmp_path / "p.jpg"
    picture.write_bytes(a_jpeg())
    given = Given(seconds=SECONDS, video_id="video_0", delivered=parent)
    remade = job(signer, verb="remix", parents=(given,), reference=Reference(picture, "image", "image/jpeg"))
    said = reading(delivered(tmp_path, remade), signer)
    assert (said.manifest.state, said.manifest.source) == ("trusted", "compositeSynthetic")
    assert said.manifest.ingredients == (Ingredient("video_0", "parentOf"),)


def test_a_job_for_nobody_leaves_the_file_as_it_is(tmp_path: Path, signer: FileSigner) -> None:
    delivery = Delivery(job(signer, provenance=None))
    frame, audio = av.VideoFrame(WIDTH, HEIGHT, "yuv420p"), sound(SECONDS)
    assert delivery.picture(frame) is frame
    delivery.sound(audio)
    assert np.array_equal(audio, sound(SECONDS))
    (tmp_path / "video.mp4").write_bytes(b"as it is")
    delivery.sign(tmp_path / "video.mp4", speaks=False)
    assert (tmp_path / "video.mp4").read_bytes() == b"as it is"
    assert delivery.mark_id is None


def test_the_kind_of_making() -> None:
    assert signing.source_of("sketch-1", speaks=False) == "algorithmicMedia"
    assert signing.source_of("sketch-1", speaks=True) == "compositeWithTrainedAlgorithmicMedia"
    assert signing.source_of("recut-1", speaks=False) == "trainedAlgorithmicMedia"
    assert signing.source_of("sketch-1", speaks=False, placed=True) == "compositeSynthetic"
    assert signing.source_of("sketch-1", speaks=True, placed=True) == "compositeWithTrainedAlgorithmicMedia"


def test_a_label_is_seen_in_its_corner_and_nowhere_else(signer: FileSigner) -> None:
    plain = av.VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH, 3), 200, np.uint8), format="rgb24").reformat(
        format="yuv420p"
    )
    before = plain.to_ndarray(format="gray").astype(int)
    after = Delivery(job(signer, label=True)).picture(plain).to_ndarray(format="gray").astype(int)
    changed = np.abs(after - before) > 20
    assert changed[-40:, -60:].mean() > 0.1
    changed[-40:, -60:] = False
    assert not changed.any()


def test_each_attempt_has_a_mark_of_its_own(signer: FileSigner) -> None:
    bundle = Bundle(
        video_id="video_1", attempt=1, model="m", verb="create", prompt="a cat", seed=1, seconds=4, size="256x144",
        prefix="v/video_1/1/", mark_key=KEY, label=True,
    )  # fmt: skip
    one, other = provenance_of(bundle, signer), provenance_of(bundle, signer)
    assert (one.mark_key, one.label, one.signer) == (KEY, True, signer)
    assert one.mark_id != other.mark_id
    assert str(KEY) not in repr(one)
    with pytest.raises(Failed):
        provenance_of(
            Bundle(
                **{
                    name: getattr(bundle, name)
                    for name in ("video_id", "attempt", "model", "verb", "prompt", "seed", "seconds", "size", "prefix")
                }
            ),
            signer,
        )


# Signers.


def test_a_local_signer_is_made_once_and_can_travel(tmp_path: Path, signer: FileSigner) -> None:
    first, second = local_signer(tmp_path, NOW), local_signer(tmp_path, NOW)
    assert first.chain == second.chain == (tmp_path / CHAIN_FILE).read_text()
    assert first.chain != signer.chain
    assert [path.stat().st_mode & 0o077 for path in tmp_path.glob("*.pem")] == [0, 0]
    assert len(pickle.loads(pickle.dumps(first)).sign(b"data")) == 64
    assert "PRIVATE" not in repr(first)


def test_a_key_that_is_not_the_certificates_is_refused(signer: FileSigner) -> None:
    key, _ = made(NOW)
    with pytest.raises(SigningError):
        FileSigner(key, signer.chain)


def test_a_program_may_keep_the_key(tmp_path: Path, signer: FileSigner, parent: Path) -> None:
    key, chain = made(NOW)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "service.py").write_text(
        "import sys\n"
        "from cryptography.hazmat.primitives import hashes, serialization\n"
        "from cryptography.hazmat.primitives.asymmetric import ec\n"
        "key = serialization.load_pem_private_key(open(sys.argv[1], 'rb').read(), None)\n"
        "sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read(), ec.ECDSA(hashes.SHA256())))\n"
    )
    import sys

    kept = CommandSigner(f"{sys.executable} {tmp_path}/service.py {tmp_path}/key.pem", chain.decode())
    signing.sign(parent, tmp_path / "signed.mp4", job(signer), f"{MARK:016x}", kept, speaks=False)
    assert read(tmp_path / "signed.mp4", KEY, anchor_of(kept.chain)).manifest.state == "trusted"
    with pytest.raises(SigningError):
        CommandSigner(f"{sys.executable} -c pass", chain.decode()).sign(b"data")
    with pytest.raises(SigningError):
        CommandSigner(f"{sys.executable} {tmp_path}/service.py {tmp_path}/key.pem", signer.chain).sign(b"data")


# A process of its own for files of strangers.


async def test_a_file_is_read_apart_as_it_would_be_here(parent: Path, signer: FileSigner) -> None:
    asked = Asked(str(parent), KEY, anchor_of(signer.chain))
    assert await Sandbox().ask("origin", asked, Reading) == reading(parent, signer)


async def test_what_is_no_film_says_nothing_and_what_takes_too_long_ends(tmp_path: Path, signer: FileSigner) -> None:
    (tmp_path / "words.mp4").write_bytes(b"no film at all")
    words = Asked(str(tmp_path / "words.mp4"), KEY, anchor_of(signer.chain))
    said = await Sandbox().ask("origin", words, Reading)
    assert (said.unreadable, said.manifest.state, said.picture, said.sound) == (True, "absent", (), ())
    with pytest.raises(Invalid):
        await Sandbox().ask("origin", words, Reading, seconds=0.01)
    with pytest.raises(Invalid):
        await Sandbox().ask("origin", Asked(str(tmp_path / "missing.mp4"), KEY, ""), Reading)
