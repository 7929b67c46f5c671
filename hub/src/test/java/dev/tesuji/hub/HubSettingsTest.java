package dev.tesuji.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The variables of the environment, as the field's tools read them.
class HubSettingsTest {
  @TempDir Path folder;

  private static Path cache(String... variables) {
    return of(variables).cache();
  }

  private static HubSettings of(String... variables) {
    Map<String, String> all = new java.util.HashMap<>(Map.of("HOME", "/h"));
    for (int i = 0; i < variables.length; i += 2) {
      all.put(variables[i], variables[i + 1]);
    }
    return HubSettings.of(all);
  }

  @Test
  void theCacheIsTheFirstOfFourPlaces() {
    assertThat(cache()).isEqualTo(Path.of("/h/.cache/huggingface/hub"));
    assertThat(cache("XDG_CACHE_HOME", "/x")).isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(cache("HF_HOME", "/a")).isEqualTo(Path.of("/a/hub"));
    assertThat(cache("HF_HOME", "/a", "HUGGINGFACE_HUB_CACHE", "/b")).isEqualTo(Path.of("/b"));
    assertThat(cache("HUGGINGFACE_HUB_CACHE", "/b", "HF_HUB_CACHE", "/c")).isEqualTo(Path.of("/c"));
    assertThat(cache("HF_HUB_CACHE", "~/c")).isEqualTo(Path.of("/h/c"));
    assertThat(cache("HF_HUB_CACHE", "$BASE/${NAME}x", "BASE", "/s", "NAME", "n"))
        .isEqualTo(Path.of("/s/nx"));
    assertThat(cache("HF_HUB_CACHE", "")).isEqualTo(Path.of("/h/.cache/huggingface/hub"));
  }

  @Test
  void theTokenIsTheVariableOrTheFile() throws IOException {
    Files.writeString(folder.resolve("token"), "hf_file\n");
    Files.writeString(folder.resolve("other"), " hf_other ");
    String home = folder.toString();
    assertThat(text(of("HF_HOME", home))).isEqualTo("hf_file");
    assertThat(text(of("HF_HOME", home, "HF_TOKEN_PATH", home + "/other"))).isEqualTo("hf_other");
    assertThat(text(of("HF_HOME", home, "HF_TOKEN", "hf_variable\n"))).isEqualTo("hf_variable");
    assertThat(of("HF_HOME", home, "HF_HUB_DISABLE_IMPLICIT_TOKEN", "true").token()).isNull();
    assertThat(of().token()).isNull();
  }

  private static String text(HubSettings settings) {
    HubSettings.Token token = settings.token();
    return token == null ? "" : token.text();
  }

  @Test
  void noMessageShowsAToken() {
    assertThat(of("HF_TOKEN", "hf_secret").toString()).doesNotContain("secret");
    assertThatThrownBy(() -> of("HF_TOKEN", "hf_sec\nret"))
        .isInstanceOf(BadInput.class)
        .hasMessage("HF_TOKEN must hold a token: one line of letters, digits and signs");
  }

  @Test
  void theRestHasItsUsualNames() {
    assertThat(of().endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(of("HF_ENDPOINT", "http://h:1/").endpoint()).isEqualTo(URI.create("http://h:1"));
    assertThat(of().offline()).isFalse();
    assertThat(of("HF_HUB_OFFLINE", "on").offline()).isTrue();
    assertThat(of("TRANSFORMERS_OFFLINE", "1").offline()).isTrue();
    assertThat(of("HF_HUB_OFFLINE", "0").offline()).isFalse();
    assertThat(of().downloadTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(of("HF_HUB_DOWNLOAD_TIMEOUT", "3").downloadTimeout())
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(of("HF_HUB_ETAG_TIMEOUT", "0.5").metadataTimeout())
        .isEqualTo(Duration.ofMillis(500));
    assertThat(of().links()).isTrue();
    assertThat(of("HF_HUB_DISABLE_SYMLINKS", "YES").links()).isFalse();
    assertThatThrownBy(() -> of("HF_ENDPOINT", "ftp://x"))
        .hasMessage("HF_ENDPOINT must be an address such as https://huggingface.co, got 'ftp://x'");
    assertThatThrownBy(() -> of("HF_HUB_DOWNLOAD_TIMEOUT", "soon"))
        .hasMessage("HF_HUB_DOWNLOAD_TIMEOUT must be a number of seconds, got 'soon'");
  }
}
