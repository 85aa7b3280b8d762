"""The service's pages in a browser that reaches no other host, under the strict content policy."""

from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected

from api.problems import PROBLEMS
from domain.access import Role

ME = "[id='operations-me-getMe']"


def all_of(browser, selector):
    return browser.driver.find_elements(By.CSS_SELECTOR, selector)


def click(browser, selector):
    browser.wait_for(expected.element_to_be_clickable((By.CSS_SELECTOR, selector))).click()


@pytest.fixture
def docs(browser):
    """The documentation, once Swagger UI shows its operations."""
    browser.open("/docs")
    browser.wait_for(lambda _: all_of(browser, ".opblock"))
    return browser


@pytest.mark.parametrize("path", ["/", "/problems", "/problems/unprocessable"])
def test_a_page_asks_nothing_of_another_host_and_breaks_no_rule(browser, path):
    browser.open(path)
    assert browser.driver.find_element(By.TAG_NAME, "h1").text
    assert browser.complaints() == []
    assert browser.hosts() == {urlsplit(browser.base).netloc}


def test_every_link_of_the_start_page_leads_somewhere(browser):
    browser.open("/")
    links = {link.get_attribute("href") for link in all_of(browser, "main a, header a")}
    assert len(links) >= 6
    for link in sorted(links):
        browser.driver.get(link)
        status = browser.driver.execute_script(
            "return performance.getEntriesByType('navigation')[0].responseStatus"
        )
        assert status == 200, link


def test_every_problem_type_is_on_the_list_and_has_its_page(browser):
    browser.open("/problems")
    assert [row.text for row in all_of(browser, "tbody th")] == list(PROBLEMS)
    click(browser, "tbody a[href='/problems/unprocessable']")
    assert browser.driver.find_element(By.TAG_NAME, "h1").text == PROBLEMS["unprocessable"].title


def test_the_documentation_shows_every_operation(docs, app):
    paths = app.extensions["openapi_document"]()["paths"]
    expected_ids = {
        operation["operationId"]
        for methods in paths.values()
        for method, operation in methods.items()
        if method != "parameters"
    }
    shown = {block.get_attribute("id").rpartition("-")[2] for block in all_of(docs, ".opblock")}
    assert shown == expected_ids
    assert docs.complaints() == []
    assert docs.hosts() == {urlsplit(docs.base).netloc}


def test_an_operation_unfolds_with_its_examples(docs):
    click(docs, "[id$='-submitContact'] .opblock-summary-control")
    docs.wait_for(
        lambda _: all_of(
            docs, "[id$='-submitContact'] .body-param textarea, [id$='-submitContact'] .example"
        )
    )
    assert (
        "CLE-2014-000123"
        in docs.driver.find_element(By.CSS_SELECTOR, "[id$='-submitContact']").text
    )
    assert docs.complaints() == []


def test_a_key_can_be_tried_out(docs, hub):
    click(docs, ".btn.authorize")
    field = docs.wait_for(lambda _: all_of(docs, ".auth-container input"))[0]
    field.send_keys(hub.key((Role.DECIDE,)))
    click(docs, ".auth-btn-wrapper .authorize")
    click(docs, ".auth-btn-wrapper .btn-done")
    click(docs, f"{ME} .opblock-summary-control")
    click(docs, f"{ME} .try-out__btn")
    click(docs, f"{ME} .execute")
    live = docs.wait_for(lambda _: all_of(docs, f"{ME} .live-responses-table .response"))[0]
    assert live.find_element(By.CSS_SELECTOR, ".response-col_status").text.startswith("200")
    assert hub.authority in live.text
    assert docs.complaints() == []
    assert docs.hosts() == {urlsplit(docs.base).netloc}
