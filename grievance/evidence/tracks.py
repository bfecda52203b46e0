"""One track of a recording, encoded as it is decoded. Nothing of the encoder is written: no name, version, options."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import av
from av.audio.fifo import AudioFifo
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags
from av.filter import Graph

_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_SAMPLES = 1024  # of a packet of AAC
_LONGEST = 1920  # pixels of the longer side: most telephones film no larger
_CLOCK = 90_000
_WITHOUT_WORDS = "filter_units=remove_types=6"
"""x264 writes its version and its options into H.264's supplemental information, and cameras captions and more."""
_TURNED = {90: {"transpose": "cclock"}, 180: {"hflip": "", "vflip": ""}, 270: {"transpose": "clock"}}
"""What turns a picture by so many degrees against the clock."""


class Sound:
    """AAC of one or two channels. `bits`: at most, in a second."""

    def __init__(self, target: Any, stream: Any, bits: float) -> None:
        context = stream.codec_context
        self._rate = next((rate for rate in _RATES if rate >= context.sample_rate), _RATES[-1])
        self._layout = "mono" if context.layout.nb_channels == 1 else "stereo"
        self._target = target
        self._out = target.add_stream("aac", rate=self._rate, layout=self._layout)
        self._out.codec_context.bit_rate = int(min(64_000 * (1 if self._layout == "mono" else 2), bits))
        self._out.codec_context.flags |= Flags.bitexact
        self._out.codec_context.thread_count = 1
        self._resampler: Any = None
        self._waiting = AudioFifo()
        self._before: tuple[str, str, int] | None = None
        self._samples = self._sent = 0

    def take(self, frame: Any, at: Fraction | None) -> None:
        """`at`: seconds from the beginning."""
        setup = (frame.format.name, frame.layout.name, frame.sample_rate)
        missing = int(at * self._rate) - self._samples if at is not None else 0
        if setup != self._before or missing > self._rate // 5:
            self._drain()
            self._before = setup
            self._resampler = av.AudioResampler(format="fltp", layout=self._layout, rate=self._rate)
        if missing > self._rate // 5:  # the sound begins after the pictures, or has a gap
            self._keep(self._silence(missing))
        frame.pts = None
        self._keep(self._resampler.resample(frame))

    def _silence(self, samples: int) -> Iterable[Any]:
        while samples > 0:
            quiet = av.AudioFrame("fltp", self._layout, min(samples, _SAMPLES))
            for plane in quiet.planes:
                plane.update(bytes(plane.buffer_size))
            quiet.sample_rate = self._rate
            samples -= quiet.samples
            yield quiet

    def _keep(self, frames: Iterable[Any]) -> None:
        for frame in frames:
            frame.pts = None
            self._samples += frame.samples
            self._waiting.write(frame)
            self._encode(partial=False)

    def _encode(self, partial: bool) -> None:
        for frame in self._waiting.read_many(_SAMPLES, partial):
            frame.pts, frame.time_base = self._sent, Fraction(1, self._rate)
            self._sent += frame.samples
            self._target.mux(self._out.encode(frame))

    def _drain(self) -> None:
        if self._resampler:
            self._keep(self._resampler.resample(None))
            self._resampler = None

    def finish(self) -> bool:
        """Whether there was any sound."""
        self._drain()
        if self._samples:
            self._encode(partial=True)
            self._target.mux(self._out.encode(None))
        return self._samples > 0


class Pictures:
    """H.264, upright, and no larger than most telephones film. `bits`: at most, in a second."""

    def __init__(self, target: Any, stream: Any, bits: float) -> None:
        self._target, self._last = target, -1
        self._rate = stream.average_rate or Fraction(25)
        self._out = target.add_stream("libx264", rate=self._rate, options=_options(int(min(bits, 8_000_000))))
        self._out.codec_context.thread_count = 1
        self._out.codec_context.flags |= Flags.bitexact
        self._out.codec_context.time_base = Fraction(1, _CLOCK)
        self._words: Any = None
        self._turn: _Turn | None = None
        self._size: tuple[int, int] | None = None

    def take(self, frame: Any, at: Fraction | None) -> None:
        """`at`: seconds from the beginning."""
        pts = int(at * _CLOCK) if at is not None else self._last + int(_CLOCK / self._rate)
        if pts <= self._last:
            return
        self._last = pts
        frame = self._upright(frame)
        if self._size is None:
            self._begin(frame.width, frame.height)
        made = frame.reformat(*self._size, format="yuv420p", threads=1)  # type: ignore[misc]
        made.pts, made.time_base, made.pict_type = pts, Fraction(1, _CLOCK), 0
        self._write(self._out.encode(made))

    def _upright(self, frame: Any) -> Any:
        degrees = frame.rotation % 360
        if degrees not in _TURNED:
            return frame
        if self._turn is None or not self._turn.fits(frame, degrees):
            self._turn = _Turn(frame, degrees)
        return self._turn.turned(frame)

    def _begin(self, width: int, height: int) -> None:
        smaller = min(1.0, _LONGEST / max(width, height))
        self._size = (max(2, round(width * smaller / 2) * 2), max(2, round(height * smaller / 2) * 2))
        self._out.width, self._out.height = self._size
        self._out.pix_fmt = "yuv420p"

    def _write(self, packets: Iterable[Any]) -> None:
        for packet in packets:
            if self._words is None:
                self._words = BitStreamFilterContext(_WITHOUT_WORDS, self._out)
            for one in self._words.filter(packet):
                self._target.mux(one)

    def finish(self) -> bool:
        """Whether there was any picture."""
        if self._size is None:
            return False
        self._write(self._out.encode(None))
        if self._words is not None:
            self._target.mux(self._words.filter(None))
        return True


def _options(bits: int) -> dict[str, str]:
    return {
        "preset": "superfast", "crf": "25", "maxrate": str(bits), "bufsize": str(2 * bits), "threads": "1",
        "a53cc": "0", "udu_sei": "0", "profile": "main", "x264-params": "sync-lookahead=0:sliced-threads=0",
    }  # fmt: skip


class _Turn:
    """Turns frames of one size and kind, in this thread."""

    def __init__(self, frame: Any, degrees: int) -> None:
        self._setup = (frame.width, frame.height, frame.format.name, degrees)
        self._graph = Graph()
        self._graph.threads = 1
        nodes = [self._graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, _CLOCK)
        )]  # fmt: skip
        nodes += [self._graph.add(name, how or None) for name, how in _TURNED[degrees].items()]
        self._graph.link_nodes(*nodes, self._graph.add("buffersink")).configure()

    def fits(self, frame: Any, degrees: int) -> bool:
        return self._setup == (frame.width, frame.height, frame.format.name, degrees)

    def turned(self, frame: Any) -> Any:
        frame.pts = None
        self._graph.push(frame)
        return self._graph.pull()
