"""Pictures of lines of text for the text-direction classifier of RapidOCR: rendered, half of them upside down.

    pip install numpy==2.4.3 pillow==12.1.1 matplotlib==3.10.8
    python models/samples/text.py SEED COUNT FILE.npy

Writes float32 of the shape COUNT x 3 x 48 x 192 as RapidOCR prepares them: height 48, padded with zeros on the right,
(value / 255 - 0.5) / 0.5, blue first. The fonts are matplotlib's own (DejaVu and STIX).
"""
import random
import sys
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = sorted(Path(matplotlib.get_data_path(), "fonts", "ttf").glob("[DS][eT]*.ttf"))
# Fonts that hold letters; the others are sizes of brackets.
FONTS = [path for path in FONTS if "Siz" not in path.name and "NonUni" not in path.name]
WORDS = (
    "invoice receipt total date signed 2026 account balance paid number street delivery order customer due amount tax "
    "January March Monday Berlin London Paris page section contract device model engine proof chain block 12.50 99 7,340.00 "
    "+49 30 1234567 No. 4711 A-113 thank you please call open closed exit north platform gate meeting room draft final copy"
).split()


def line(draw_random):
    words = " ".join(draw_random.choices(WORDS, k=draw_random.randint(1, 5)))
    font = ImageFont.truetype(str(draw_random.choice(FONTS)), draw_random.randint(18, 60))
    left, top, right, bottom = font.getbbox(words)
    pad = draw_random.randint(1, 12)
    size = (right - left + 2 * pad, bottom - top + 2 * pad)
    dark = [draw_random.randint(0, 110) for _ in range(3)]
    light = [draw_random.randint(150, 255) for _ in range(3)]
    ink, paper = (dark, light) if draw_random.random() < 0.8 else (light, dark)
    picture = Image.new("RGB", size, tuple(paper))
    ImageDraw.Draw(picture).text((pad - left, pad - top), words, font=font, fill=tuple(ink))
    picture = picture.rotate(draw_random.uniform(-3, 3), expand=True, fillcolor=tuple(paper), resample=Image.BILINEAR)
    return picture.transpose(Image.ROTATE_180) if draw_random.random() < 0.5 else picture


def prepared(picture, noise):
    width = min(192, max(1, round(48 * picture.width / picture.height)))
    pixels = np.asarray(picture.resize((width, 48), Image.BILINEAR), dtype=np.int16)
    pixels = np.clip(pixels + noise.integers(-12, 13, pixels.shape), 0, 255)
    values = (pixels[:, :, ::-1] * 2 - 255).astype(np.float32) / np.float32(255)
    full = np.zeros((3, 48, 192), dtype=np.float32)
    full[:, :, :width] = values.transpose(2, 0, 1)
    return full


seed, count, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
draws, noise = random.Random(seed), np.random.default_rng(seed)
np.save(out, np.stack([prepared(line(draws), noise) for _ in range(count)]))
