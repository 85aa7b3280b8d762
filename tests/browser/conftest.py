"""A browser with no network but this machine's, and the live server that it looks at."""

import json
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.support.wait import WebDriverWait

from tests.support.live_server import live_server
from tests.support.settings import environment_for
from tests.support.tools import require_program

SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1280,1600",
    # Whatever is asked of another host fails, and stands in the log.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


NETWORK = frozenset({"http", "https", "ws", "wss", "ftp"})


class Browser:
    """A Chromium that keeps what its console said and what it requested."""

    def __init__(self, driver, base):
        self.driver = driver
        self.base = base

    def open(self, path):
        """Open a page of the server."""
        self.driver.get(self.base + path)

    def wait_for(self, condition):
        """What `condition(driver)` gives once it is true, within half a minute."""
        return WebDriverWait(self.driver, 30).until(condition)

    def hosts(self):
        """The hosts of all requests since the last call, but for the browser's own pages."""
        messages = [
            json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")
        ]
        requested = [
            urlsplit(each["params"]["request"]["url"])
            for each in messages
            if each["method"] == "Network.requestWillBeSent"
        ]
        return {each.netloc for each in requested if each.scheme in NETWORK}

    def complaints(self):
        """What the console said since the last call, refusals by the content policy included."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="session")
def base(server):
    """The address of the live server."""
    with live_server(environment_for(server)) as address:
        yield address


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    """A Chromium with a profile of its own."""
    chromium = require_program("chromium", package="chromium")
    chromedriver = require_program("chromedriver", package="chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(switch)
    service = webdriver.ChromeService(executable_path=str(chromedriver))
    started = webdriver.Chrome(options=options, service=service)
    try:
        yield started
    finally:
        started.quit()


@pytest.fixture
def browser(driver, base):
    """The browser on an empty page, its logs read to the end."""
    driver.get("about:blank")
    fresh = Browser(driver, base)
    fresh.hosts()
    fresh.complaints()
    return fresh
