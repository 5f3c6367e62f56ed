"""A headless Chromium, driven over its own debugging pipe."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """One tab; `console` and `requests` collect what pages say and ask for."""

    def __init__(self) -> None:
        assert CHROMIUM is not None
        self.console: list[str] = []
        self.requests: list[str] = []
        self.count = 0
        self.rest = b""
        self.profile = tempfile.mkdtemp(prefix="potholes-browser-")
        read, their_write = os.pipe()
        their_read, write = os.pipe()
        options = f"--headless --no-sandbox --disable-gpu --user-data-dir={self.profile}"
        command = f'exec "{CHROMIUM}" {options} --remote-debugging-pipe'
        self.process = subprocess.Popen(
            ["bash", "-c", f"{command} 3<&{their_read} 4>&{their_write}"],
            pass_fds=(their_read, their_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_read)
        os.close(their_write)
        self.input, self.output = write, read
        self.session: str | None = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def close(self) -> None:
        os.close(self.input)
        os.close(self.output)
        self.process.terminate()
        self.process.wait(timeout=20)
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, path: Path, width: int, *, dark: bool = False, scripts: bool = True) -> None:
        """Load the file at `width` pixels, the network off; forget what earlier pages said."""
        self.console, self.requests = [], []
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.send("Page.navigate", url=path.as_uri())
        self.wait("Page.loadEventFired")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def run_async(self, expression: str) -> Any:
        """The value that the promise of a JavaScript expression ends in."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def slide(self, name: str, value: float) -> None:
        """Set the range input of this id."""
        self.run(
            f"(t => {{ t.value = {value}; t.dispatchEvent(new Event('input')); }})"
            f"(document.getElementById('{name}'))"
        )

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            named = {"Enter": 13, "ArrowRight": 39, "ArrowLeft": 37, "Escape": 27, "Tab": 9}
            code = named[key] if key in named else ord(key.upper())
            self.send(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **text
            )

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        self.count += 1
        message: dict[str, Any] = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.input, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def wait(self, event: str) -> None:
        while self.receive().get("method") != event:
            pass

    def receive(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            data = os.read(self.output, 65536)
            assert data, "Chromium ended"
            self.rest += data
        text, _, self.rest = self.rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.consoleAPICalled":
            self.console.append(str(params["args"]))
        elif method == "Runtime.exceptionThrown":
            self.console.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.console.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        return message
