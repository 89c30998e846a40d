"""Photographs for the picture classifier of OpenNSFW: crops of the pictures that scikit-image and scikit-learn carry.

    pip install numpy==2.4.3 pillow==12.1.1 scikit-image==0.26.0 scikit-learn==1.9.1
    python models/samples/photos.py SEED COUNT FILE.npy

Writes float32 of the shape COUNT x 224 x 224 x 3 as OpenNSFW takes them: blue first, less the means 104, 117, 123. Each is a
crop of random place and size, sometimes mirrored, with another brightness, contrast and warmth. Calibration and comparison
take other pictures: those with an even place in the list with an even SEED, the others with an odd one.
"""
import random
import sys
from pathlib import Path

import numpy as np
import skimage
import sklearn
from PIL import Image

FOLDERS = [Path(skimage.__file__).parent / "data", Path(sklearn.__file__).parent / "datasets" / "images"]
PATHS = sorted(path for folder in FOLDERS for path in folder.glob("*") if path.suffix in (".png", ".jpg", ".tif", ".gif"))


def opened(path):
    try:
        return Image.open(path).convert("RGB")
    except OSError:
        return None


def large(picture):
    return picture is not None and min(picture.size) >= 128


ALL = [picture for picture in map(opened, PATHS) if large(picture)]


def crop(draws):
    pictures = ALL[int(sys.argv[1]) % 2 :: 2]
    picture = draws.choice(pictures)
    side = draws.randint(96, min(picture.size))
    left, top = draws.randint(0, picture.width - side), draws.randint(0, picture.height - side)
    picture = picture.crop((left, top, left + side, top + side)).resize((224, 224), Image.BILINEAR)
    if draws.random() < 0.5:
        picture = picture.transpose(Image.FLIP_LEFT_RIGHT)
    pixels = np.asarray(picture, dtype=np.float64)
    pixels = (pixels - 128) * draws.uniform(0.7, 1.3) + 128 + draws.uniform(-30, 30)
    pixels = pixels + np.array([draws.uniform(0, 30), 0, draws.uniform(-30, 0)])
    blue_first = np.clip(np.rint(pixels), 0, 255)[:, :, ::-1]
    return (blue_first - np.array([104, 117, 123])).astype(np.float32)


seed, count, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
draws = random.Random(seed)
print(f"{len(ALL[seed % 2 :: 2])} of {len(ALL)} pictures")
np.save(out, np.stack([crop(draws) for _ in range(count)]))
