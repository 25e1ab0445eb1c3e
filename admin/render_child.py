"""One rendition of one file, in a process of its own: what residents send meets native decoders here only.

Called as a script with the form wanted (``wav``, ``thumb`` or ``amr``); the file comes on standard input,
the rendition leaves on standard output. Exit 1: it cannot be made. The process gets no settings, no keys,
little memory and little time.
"""

import contextlib
import io
import sys
import wave
from fractions import Fraction
from importlib import import_module
from typing import Any

MEMORY_BYTES, CPU_SECONDS = 1 << 30, 20
LONGEST_SECONDS = 600
MOST_PIXELS = 60_000_000
THUMB = 320
AMR_RATE = 8000


def main() -> int:
    """Make the rendition."""
    _limit()
    av = import_module("av")  # after the limits: loading it is the first that native code does here
    av.logging.set_level(av.logging.PANIC)
    forms = {"wav": _wav, "thumb": _thumb, "amr": _amr}
    try:
        made = forms[sys.argv[1]](av, io.BytesIO(sys.stdin.buffer.read()))
    except (av.FFmpegError, ValueError, IndexError, KeyError, MemoryError) as error:
        sys.stderr.write(type(error).__name__)
        return 1
    sys.stdout.buffer.write(made)
    return 0


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not everywhere
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _samples(av: Any, source: io.BytesIO, rate: int) -> tuple[int, bytes]:
    """Mono samples of 16 bits, at most ten minutes."""
    with av.open(source) as container:
        stream = container.streams.audio[0]
        rate = rate or min(stream.rate, 16_000)
        resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
        out, most = bytearray(), rate * 2 * LONGEST_SECONDS
        for frame in container.decode(stream):
            for made in resampler.resample(frame):
                out += bytes(made.planes[0])[: made.samples * 2]
            if len(out) > most:
                break
        for made in resampler.resample(None):
            out += bytes(made.planes[0])[: made.samples * 2]
    if not out:
        raise ValueError("no sound")
    return rate, bytes(out[:most])


def _wav(av: Any, source: io.BytesIO) -> bytes:
    rate, samples = _samples(av, source, 0)
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return target.getvalue()


def _amr(av: Any, source: io.BytesIO) -> bytes:
    """As the platform keeps voices: AMR narrow band."""
    _rate, samples = _samples(av, source, AMR_RATE)
    target = io.BytesIO()
    with av.open(target, "w", format="amr") as container:
        stream = container.add_stream("libopencore_amrnb", rate=AMR_RATE)
        stream.codec_context.layout = "mono"
        stream.codec_context.bit_rate = 12_200
        step = 160 * 2
        for place, at in enumerate(range(0, len(samples) - step + 1, step)):
            frame = av.AudioFrame(format="s16", layout="mono", samples=160)
            frame.planes[0].update(samples[at : at + step].ljust(frame.planes[0].buffer_size, b"\0"))
            frame.sample_rate, frame.pts = AMR_RATE, place * 160
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


def _thumb(av: Any, source: io.BytesIO) -> bytes:
    """A small JPEG of a picture or of a video's first frame."""
    with av.open(source) as container:
        stream = container.streams.video[0]
        if not 0 < stream.width * stream.height <= MOST_PIXELS:
            raise ValueError("too many pixels")
        frame = next(container.decode(stream))
    scale = min(1.0, THUMB / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    small = frame.reformat(width=width, height=height, format="yuvj420p")
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": "3", "qmax": "6"}
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])


if __name__ == "__main__":
    sys.exit(main())
