package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.browser.PageChecks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// What the chat page does, by keyboard alone.
@Timeout(120)
class ChatPageTest extends ChatPageFixture {
  @BeforeEach
  void fresh() throws Exception {
    page().fresh();
  }

  /// No answer leaves a row behind, and no page has loaded from elsewhere.
  @AfterEach
  void nothingIsLeft() throws Exception {
    assertThat(PageChecks.outside(browser())).isEmpty();
    page().awaitIdle();
  }

  @Test
  void anAnswerGrowsBeforeItIsWholeAndStopsInTheMiddle() throws Exception {
    page().openSettings();
    page().set("Max tokens", "8000"); // Tab selects what a field holds
    page().ask("[loop]");
    browser().await("document.querySelector('.running > .text')?.innerText.length > 20");
    int early = page().text(ChatPage.ANSWER).length();
    browser().await("document.querySelector('.running > .text').innerText.length > " + 2 * early);
    assertThat(browser().run("String(document.getElementById('stop').disabled)"))
        .isEqualTo("false");
    assertThat(browser().run("getComputedStyle(document.querySelector('main .act')).visibility"))
        .as("nothing else is asked meanwhile")
        .isEqualTo("hidden");
    browser().press("Escape");
    page().awaitStatus("Stopped.");
    page().awaitIdle();
    assertThat(page().text(ChatPage.ANSWER))
        .startsWith("tick tock tock")
        .hasSizeGreaterThan(2 * early);
    assertThat(page().text(".turn article > .end")).isEqualTo("Stopped.");

    browser().press("Alt+r");
    browser().await("document.querySelector('.running > .text')?.innerText.length > 20");
    browser().tabTo("Stop");
    browser().press("Enter");
    page().awaitStatus("Stopped.");
    assertThat(browser().run("document.activeElement.id"))
        .as("the focus is kept")
        .isEqualTo("text");
    page().awaitIdle();
    page().ask(" ");
    assertThat(page().count("article.user")).as("an empty message is not sent").isEqualTo(1);
  }

  @Test
  void thinkingIsFoldedAndDimmedAndUnfoldsByKeyboard() throws Exception {
    page().talk("[think]");
    assertThat(page().text(ChatPage.ANSWER)).isEqualTo("The answer is café now");
    assertThat(browser().run("String(document.querySelector('.think').open)")).isEqualTo("false");
    assertThat(browser().run("getComputedStyle(document.querySelector('.think')).color"))
        .isNotEqualTo(
            browser()
                .run("getComputedStyle(document.querySelector('.turn article > .text')).color"));
    browser().tabTo("Thinking");
    browser().press("Enter");
    browser().await("document.querySelector('.think').open");
    assertThat(page().text(".think .text").strip()).isEqualTo("Let me see.");
    page().talk("again");
    assertThat(browser().run("String(document.querySelector('.think').open)"))
        .as("what was unfolded stays so")
        .isEqualTo("true");
  }

  @Test
  void anotherAnswerIsAskedForAndSettingsReachTheRequest() throws Exception {
    page().openSettings();
    page().set("System prompt", "Be brief.");
    page().set("Max tokens", "40");
    page().ask("[roulette]");
    page().awaitStatus("Cut off at the limit of tokens.");
    String first = page().text(ChatPage.ANSWER);
    browser().tabTo("Regenerate");
    browser().press("Enter");
    browser().await("bodies.length === 2");
    page().awaitStatus("Cut off at the limit of tokens.");
    assertThat(page().text(ChatPage.ANSWER)).isNotEqualTo(first).isNotEmpty();
    assertThat(page().count("article.user")).isEqualTo(1);
    assertThat(browser().run("document.activeElement.id"))
        .as("the focus is kept")
        .isEqualTo("text");

    page().set("Temperature", "0.7");
    page().set("Top p", "0.9");
    page().set("Seed", "7");
    browser().tabTo("Effort");
    browser().press("l");
    List<String> seeded = new ArrayList<>();
    for (int i = 3; i <= 4; i++) {
      browser().press("Alt+r");
      browser().await("bodies.length === " + i);
      page().awaitStatus("Cut off");
      seeded.add(page().text(ChatPage.ANSWER));
    }
    assertThat(seeded.get(0)).isEqualTo(seeded.get(1));
    JsonNode sent = page().request();
    assertThat(sent.path("temperature").asDouble()).isEqualTo(0.7);
    assertThat(sent.path("top_p").asDouble()).isEqualTo(0.9);
    assertThat(sent.path("max_tokens").asInt()).isEqualTo(40);
    assertThat(sent.path("seed").asInt()).isEqualTo(7);
    assertThat(sent.path("reasoning_effort").asString()).isEqualTo("low");
    assertThat(sent.path("messages").path(0).path("content").asString()).isEqualTo("Be brief.");
  }

  @Test
  void editingAnEarlierMessageCutsWhatFollows() throws Exception {
    page().talk("one");
    page().talk("two");
    page().talk("three");
    assertThat(page().request().path("messages").size()).isEqualTo(5);
    browser().type("a draft");
    browser().tabTo("Conversation");
    browser().tabTo("Edit");
    browser().press("Enter");
    assertThat(page().text("#status")).contains("2 messages after it");
    browser().press("Escape");
    assertThat(page().count("article.user")).as("nothing is lost yet").isEqualTo(3);
    assertThat(browser().run("document.getElementById('text').value")).isEqualTo("a draft");
    browser().tabTo("Conversation");
    browser().tabTo("Edit");
    browser().press("Enter");
    browser().press("End");
    browser().type(" more");
    browser().press("Enter");
    page().awaitStatus("Answer finished");
    assertThat(page().count("article.user")).isEqualTo(1);
    assertThat(page().text("article.user .text")).isEqualTo("one more");
    assertThat(page().request().path("messages").size()).isEqualTo(1);
    assertThat(page().request().path("messages").path(0).path("content").asString())
        .isEqualTo("one more");
    assertThat(browser().run("document.getElementById('text').value")).isEqualTo("a draft");
  }

  @Test
  void twoModelsAnswerSideBySideAndStopTogether() throws Exception {
    browser().tabTo("Beside it");
    browser().press("o");
    page().talk("[think]");
    assertThat(page().count(".turn article")).isEqualTo(2);
    assertThat(page().text(".turn article:first-child"))
        .contains("scripted", "The answer is café now");
    assertThat(page().text(".turn article:last-child")).contains("other", "The answer is café now");
    String tops =
        "(() => { const [a, b] = [...document.querySelectorAll('.turn article')].map(e =>"
            + " e.getBoundingClientRect()); return a.top === b.top && a.right < b.left; })()";
    assertThat(browser().run("String(" + tops + ")")).isEqualTo("true");
    page().ask("[loop]");
    browser()
        .await(
            "[...document.querySelectorAll('.turn:last-of-type article > .text')].filter(t =>"
                + " t.innerText.length > 10).length === 2");
    browser().press("Escape");
    page().awaitStatus("");
    page().awaitIdle();
  }

  @Test
  void probabilitiesShowUnderTheMouseAndUnderTheFocus() throws Exception {
    page().openSettings();
    browser().tabTo("Token probabilities");
    browser().press(" ");
    page().talk("[coin]");
    assertThat(page().request().path("logprobs").asBoolean()).isTrue();
    browser().point(".token:nth-child(2)");
    browser().await("document.querySelectorAll('.rivals > *').length === 5");
    assertThat(page().text(".rivals")).contains("\" heads\" 60.4 %", "\" tails\" 36.6 %");
    browser().tabTo("It fell on 100.0 %");
    assertThat(page().text(".rivals b")).isEqualTo("\"It fell on\" 100.0 %");
    browser().press("ArrowRight");
    browser().press("ArrowRight");
    assertThat(page().text(".rivals b")).isEqualTo("\".\" 100.0 %");
    browser().press("ArrowLeft");
    assertThat(page().text(".rivals")).contains("\" its edge\" 3.0 %");
    browser().press("Home");
    assertThat(page().text(".rivals b")).startsWith("\"It fell on\"");
  }

  @Test
  void codeAndMathematicsAreDrawnAndHtmlIsText() throws Exception {
    page().talk("[code]");
    assertThat(page().text(ChatPage.ANSWER + " > code")).isEqualTo("println");
    assertThat(page().text(ChatPage.ANSWER + " pre > code"))
        .startsWith("void main() {")
        .endsWith("}");
    assertThat(page().text(ChatPage.ANSWER + " .code")).startsWith("java");
    assertThat(browser().run("String(document.querySelectorAll('main b').length)")).isEqualTo("0");
    browser().tabTo("Copy");
    browser().press("Enter");
    browser()
        .await(
            "/^(Copied|The browser does not"
                + " allow)/.test(document.getElementById('status').innerText)");
    page().talk("[maths]");
    assertThat(page().count(ChatPage.ANSWER + " math")).isEqualTo(3);
    assertThat(page().count(ChatPage.ANSWER + " .formula math[display=block]")).isEqualTo(1);
    assertThat(page().text(ChatPage.ANSWER)).doesNotContain("$", "\\");
    page().talk("[hostile]");
    assertThat(page().text(ChatPage.ANSWER))
        .contains("<img src=x onerror=", "<script>", "<i>i</i>", "<b>Rind");
    assertThat(page().count("main :is(img, script, i, b, a)")).isZero();
    assertThat(browser().run("String(window.struck)")).isEqualTo("undefined");
  }

  @Test
  void faultsAreSaidInSentences() throws Exception {
    browser().run("sessionStorage.clear(); ''");
    page().reload();
    String wanted = "This server wants an API key: open Settings and enter it.";
    browser().await("document.getElementById('status').innerText === '" + wanted + "'");
    page().ask("Hello");
    browser().await("document.querySelector('.turn .bad') !== null");
    assertThat(page().text(".turn .bad")).isEqualTo(wanted);
    page().openSettings();
    page().set("API key", ChatPage.KEY);
    browser().press("Enter");
    browser().await("document.getElementById('model').options.length === 2");
    page().set("Temperature", "9");
    browser().tabTo("Regenerate");
    browser().press("Enter");
    browser().await("document.querySelector('.turn .bad')?.innerText.includes('temperature')");
    page().set("Temperature", "1");
    browser().run("window.fetch = () => Promise.reject(new TypeError('Failed to fetch')); ''");
    browser().press("Alt+r");
    page().awaitStatus("The server cannot be reached; is it still running?");
  }

  @Test
  void theKeysAreListedAndLightTurnsToDark() throws Exception {
    assertThat(browser().run("document.activeElement.id"))
        .as("writing can begin")
        .isEqualTo("text");
    browser().tabTo("Shortcuts");
    browser().press("?");
    browser().await("document.getElementById('keys').open");
    browser().press("Escape");
    browser().await("!document.getElementById('keys').open");
    String paper = "getComputedStyle(document.body).backgroundColor";
    String light = browser().run(paper);
    browser().tabTo("Light or dark");
    browser().press("Enter");
    String dark = browser().run(paper);
    assertThat(dark).isNotEqualTo(light);
    page().reload();
    assertThat(browser().run(paper)).as("it is remembered").isEqualTo(dark);
  }
}
