"""What a generation costs, in whole credits: the seconds that are made, times the model's price of a second, in
proportion to the pixels of a frame and to the factor of the spike policy; rounded up, at least one.

    price_per_second 1, 100 %:      4 s    8 s   12 s
        144x256, 256x144               1      1      1
        720x1280, 1280x720             4      8     12
        1024x1792, 1792x1024           8     16     24
        1080x1920, 1920x1080           9     18     27
    the same at 150 %:
        720x1280, 1280x720             6     12     18

Of an extension only the added seconds are paid.
"""

from __future__ import annotations

from typing import Final

PIXELS: Final = 720 * 1280  # of the frame that the price of a second is for


def price(price_per_second: int, seconds: int, size: str, percent: int) -> int:
    """`size` as in `720x1280`."""
    width, _, height = size.partition("x")
    hundredths = price_per_second * seconds * int(width) * int(height) * percent
    return max(1, -(-hundredths // (PIXELS * 100)))
