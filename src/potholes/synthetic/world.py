"""Another world of roads: what differs from the default in camera, asphalt and light.

A photo is drawn as in the default world and then changed, so that the default keeps its bytes.
"""

from dataclasses import dataclass, replace

import numpy as np

from potholes.synthetic.camera import Camera
from potholes.synthetic.scene import Light, Road, Scene
from potholes.synthetic.view import View


@dataclass(frozen=True)
class World:
    """Factors of, and additions to, what the default world draws; as they stand, no change."""

    focal: float = 1.0  # factor; below 1 a wider lens
    eye: float = 1.0  # factor of the camera's height
    blur: float = 0.0  # pixels added
    noise: float = 1.0  # factor
    warmth: float = 0.0  # added: red up, blue down by this share
    vignette: float = 0.0  # share of the light lost in the corners, added
    quality: int = 0  # JPEG quality taken away
    tone: float = 1.0  # factor of the asphalt's brightness
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)  # factors of its red, green and blue
    grain: float = 1.0  # factor of the stones' contrast
    blotch: float = 1.0  # factor of the contrast of stains and wheel tracks
    sun: float = 1.0  # factor of how clear the sky is
    slope: float = 1.0  # factor of the tangent of the sun's elevation

    def camera(self, drawn: Camera) -> Camera:
        """This world's camera in place of `drawn`."""
        return replace(
            drawn,
            blur=drawn.blur + self.blur,
            noise=drawn.noise * self.noise,
            warmth=drawn.warmth + self.warmth,
            vignette=drawn.vignette + self.vignette,
            quality=drawn.quality - self.quality,
        )

    def scene(self, drawn: Scene) -> Scene:
        """This world's view, light and road in place of `drawn`."""
        return Scene(self._view(drawn.view), self._light(drawn.light), self._road(drawn.road))

    def _view(self, drawn: View) -> View:
        return replace(drawn, focal=drawn.focal * self.focal, eye=drawn.eye * self.eye)

    def _light(self, drawn: Light) -> Light:
        return replace(drawn, sun=drawn.sun * self.sun, slope=drawn.slope * self.slope)

    def _road(self, drawn: Road) -> Road:
        tone = (drawn.tone * (self.tone * np.array(self.tint))).astype(np.float32)
        grain, blotch = drawn.grain * self.grain, drawn.blotch * self.blotch
        return replace(drawn, tone=tone, grain=grain, blotch=blotch)


HOME = World()
# a wide, cheap dash-cam high in a lorry; dark, brownish, stained asphalt; a low sun
ABROAD = World(
    focal=0.6,
    eye=1.6,
    blur=1.0,
    noise=3.5,
    warmth=0.1,
    vignette=0.3,
    quality=40,
    tone=0.6,
    tint=(1.1, 1.0, 0.85),
    grain=2.0,
    blotch=3.5,
    slope=0.5,
)
