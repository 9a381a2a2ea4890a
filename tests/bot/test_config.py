"""config.toml becomes frozen values, or every fault at once; a secret shows nowhere."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot import config
from bot.config import Config
from bot.errors import ConfigError

AES = "A" * 43
WECOM = f"""
[[wecom]]
name = "main"
corp_id = "ww1"
agent_id = 1000002
secret = "env:WECOM_SECRET"
token = "tok"
aes_key = "{AES}"
"""


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECOM_SECRET", "very-secret-word")


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return file


def loaded(folder: Path, text: str) -> Config:
    return config.load(written(folder, text))


def faults(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as bad:
        loaded(folder, text)
    assert len({key for key, _ in bad.value.faults}) == len(bad.value.faults)
    return dict(bad.value.faults)


def test_nothing_written_is_a_configuration(tmp_path: Path) -> None:
    found = loaded(tmp_path, "")
    assert (found.server.host, found.server.port) == ("127.0.0.1", 8787)
    assert found.database_url == f"sqlite:{tmp_path}/data/genjin.db"
    assert (found.data, found.redis_url, found.keys, found.wecom) == (tmp_path / "data", "", (), ())
    assert found.members.unknown == "ask"
    assert found.public_url == "http://127.0.0.1:8787"
    assert found.warnings == ()


def test_an_account_is_the_adapters_own(tmp_path: Path) -> None:
    (account,) = loaded(tmp_path, WECOM + 'api_base = "http://127.0.0.1:9/cgi-bin"').wecom
    assert (account.name, account.agent_id, account.secret) == ("main", 1000002, "very-secret-word")
    assert account.api == "http://127.0.0.1:9/cgi-bin/"
    assert account.window_seconds == 600


def test_several_accounts_of_one_platform(tmp_path: Path) -> None:
    found = loaded(tmp_path, WECOM + WECOM.replace('"main"', '"east"'))
    assert [account.name for account in found.wecom] == ["main", "east"]


def test_one_name_one_account_whatever_the_platform(tmp_path: Path) -> None:
    feishu = '[[feishu]]\nname = "MAIN"\napp_id = "cli"\napp_secret = "env:WECOM_SECRET"\n'
    assert set(faults(tmp_path, WECOM + feishu)) == {"wecom[0].name", "feishu[0].name"}


FEISHU = '[[feishu]]\nname = "lark"\napp_id = "cli_1"\napp_secret = "env:WECOM_SECRET"\n'


def test_a_key_of_feishu_may_be_a_list_while_it_is_changed(tmp_path: Path) -> None:
    one = loaded(tmp_path, FEISHU + 'encrypt_key = "env:WECOM_SECRET"\nverification_token = ""\n').feishu[0]
    assert (one.encrypt_key, one.verification_token, one.mode) == (("very-secret-word",), (), "ws")
    assert "very-secret-word" not in repr(one)
    found = loaded(tmp_path, FEISHU + 'encrypt_key = ["a new one", "env:WECOM_SECRET"]\n')
    assert found.feishu[0].encrypt_key == ("a new one", "very-secret-word")
    assert found.accounts == ("lark",)
    warned = {key for key, words in found.warnings if "密钥" in words}
    assert warned == {"feishu[0].encrypt_key[0]"}
    assert {"a new one", "very-secret-word"} <= found.secrets


def test_the_only_key_of_feishu_written_plainly_is_warned_about(tmp_path: Path) -> None:
    found = loaded(tmp_path, FEISHU + 'encrypt_key = "plain-words"\n')
    assert {key for key, words in found.warnings if "密钥" in words} == {"feishu[0].encrypt_key[0]"}


def test_feishu_over_callbacks_needs_its_token(tmp_path: Path) -> None:
    assert set(faults(tmp_path, FEISHU + 'mode = "http"\nwindow_seconds = 600\n')) == {
        "feishu[0].verification_token",
        "feishu[0].window_seconds",
    }
    assert set(faults(tmp_path, FEISHU + "encrypt_key = [7]\n")) == {"feishu[0].encrypt_key[0]"}


def test_every_fault_at_once_each_with_its_mend(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """
        [server]
        prot = 1
        port = "x"
        public_url = "ftp://x"
        [sever]
        [members]
        unknown = "perhaps"
        [database]
        url = "mysql://x"
        [redis]
        url = "memcached://x"
        [storage]
        keys = ["abc"]
        [[wecom]]
        name = "a b"
        corp_id = ""
        agent_id = 1
        secret = "env:NOT_SET_ANYWHERE"
        token = "t"
        aes_key = "short"
        [[hook]]
        name = "h"
        secret = "file:not-there"
        [[email]]
        name = "e"
        """,
    )
    assert found["server.prot"] == "没有这一项，是不是 port"
    assert found["sever"] == "没有这一项，是不是 server"
    assert "NOT_SET_ANYWHERE" in found["wecom[0].secret"]
    assert str(tmp_path / "not-there") in found["hook[0].secret"]
    assert set(found) == {
        "server.prot", "server.port", "server.public_url", "sever", "members.unknown", "database.url", "redis.url",
        "storage.keys[0]", "wecom[0].name", "wecom[0].corp_id", "wecom[0].secret", "wecom[0].aes_key",
        "hook[0].secret", "email[0].imap_url",
    }  # fmt: skip


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    found = faults(tmp_path, '[[wecom]]\nname = "main"')
    assert set(found) == {f"wecom[0].{key}" for key in ("corp_id", "agent_id", "secret", "token", "aes_key")}
    assert set(found.values()) == {"这一项必须写"}


@pytest.mark.parametrize(
    "wrong", ["server = 1", "wecom = 1", "[wecom]\nname = 'x'", "storage = []", "[server]\nport = 1.5"]
)
def test_a_wrong_shape_is_a_fault_not_an_accident(tmp_path: Path, wrong: str) -> None:
    assert faults(tmp_path, wrong)


@pytest.mark.parametrize(
    ("text", "says"),
    [("[server", "不是合格的 TOML"), ("a = 1\na = 2", "不是合格的 TOML"), ("[a]\n[a]\n", "第 2 行")],
)
def test_broken_toml_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    assert says in faults(tmp_path, text)[str(tmp_path / "config.toml")]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigError) as bad:
            config.load(path)
        assert bad.value.faults[0][0] == str(path)
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        config.load(tmp_path / "config.toml")


def test_secrets_come_from_the_environment_or_from_files_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("fromfile\n")
    text = WECOM.replace('"tok"', '"file:token.txt"')
    (account,) = loaded(tmp_path, text).wecom
    assert (account.secret, account.token) == ("very-secret-word", "fromfile")


def test_plain_secrets_work_and_are_warned_about(tmp_path: Path) -> None:
    found = loaded(tmp_path, WECOM + '[database]\nurl = "postgres://me:hidden-word@db/genjin"')
    assert [key for key, _ in found.warnings] == ["database.url", "wecom[0].token", "wecom[0].aes_key"]
    assert not loaded(tmp_path, '[database]\nurl = "sqlite:x.db"\n[redis]\nurl = "redis://r:6379/0"').warnings


def test_no_secret_in_any_repr(tmp_path: Path) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    found = loaded(
        tmp_path,
        WECOM + f'[storage]\nkeys = ["{key}"]\n[database]\nurl = "postgres://me:hidden-word@db/x"\n'
        '[[hook]]\nname = "h"\nsecret = "a-hook-secret-word"\n[llm]\nkey = "llm-secret-word"\n',
    )
    assert found.keys == (b"k" * 32,)
    shown = f"{found!r} {found}"
    for secret in ("very-secret-word", AES, key, "hidden-word", "a-hook-secret-word", "llm-secret-word", "kkkk"):
        assert secret not in shown
    assert {"very-secret-word", AES, key, "a-hook-secret-word", "llm-secret-word"} <= found.secrets


def test_no_secret_in_a_fault(tmp_path: Path) -> None:
    text = WECOM.replace("agent_id = 1000002", 'agent_id = "very-secret-word"').replace(AES, "half-of-a-secret-key")
    text += '[[hook]]\nname = "h"\nsecret = "tiny-secret"\n[storage]\nkeys = ["not-a-key-word"]\n'
    said = str(faults(tmp_path, text))
    for secret in ("very-secret-word", "half-of-a-secret-key", "tiny-secret", "not-a-key-word"):
        assert secret not in said


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENJIN_SERVER__PORT", "9001")
    monkeypatch.setenv("GENJIN_DATABASE__URL", "postgres://me:word@db/genjin")
    monkeypatch.setenv("GENJIN_STORAGE__KEYS", f'["{base64.b64encode(b"x" * 32).decode()}"]')
    found = loaded(tmp_path, '[server]\nport = 1\nhost = "0.0.0.0"')
    assert (found.server.port, found.server.host, found.keys) == (9001, "0.0.0.0", (b"x" * 32,))
    assert found.database_url == "postgres://me:word@db/genjin"
    assert found.warnings == ()


def test_the_environments_faults_are_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENJIN_SEVER__PORT", "1")
    monkeypatch.setenv("GENJIN_WECOM", "[{")
    assert set(faults(tmp_path, "")) == {"GENJIN_SEVER__PORT", "GENJIN_WECOM"}


def test_paths_start_from_the_file(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[server]\ndata = "kept"\n')
    assert (found.data, found.database_url) == (tmp_path / "kept", f"sqlite:{tmp_path}/kept/genjin.db")
    assert loaded(tmp_path, '[database]\nurl = "sqlite:here.db"').database_url == f"sqlite:{tmp_path}/here.db"
    assert loaded(tmp_path, '[database]\nurl = "sqlite:/abs/x.db"').database_url == "sqlite:/abs/x.db"


def test_a_maildir_begins_beside_the_file(tmp_path: Path) -> None:
    [one] = loaded(tmp_path, '[[email]]\nname = "m"\nmaildir = "mail"\n').email
    assert one.maildir == tmp_path / "mail"


def test_a_hook_has_two_secrets_while_they_are_changed(tmp_path: Path) -> None:
    [one] = loaded(
        tmp_path, '[[hook]]\nname = "h"\nsecret = "a-new-secret-word"\nprevious = "an-old-secret-word"\n'
    ).hook
    assert one.secrets == ("a-new-secret-word", "an-old-secret-word")
    assert "secret-word" not in repr(one)
    [one] = loaded(tmp_path, '[[hook]]\nname = "h"\nsecret = "a-new-secret-word"\n').hook
    assert one.secrets == ("a-new-secret-word",)
    assert faults(tmp_path, '[[hook]]\nname = "h"\nsecret = "a-new-secret-word"\nprevious = "short"\n') == {
        "hook[0].previous": "至少 16 个字符；不在换密钥就留空"
    }


def test_a_large_model_is_served(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[llm]\nbase_url = "https://x/v1"\nmodel = "m"\n')
    assert found.warnings == () and found.llm.model == "m"


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")
    assert loaded(tmp_path, example) == loaded(tmp_path, "")


def test_the_examples_sections_are_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WECOM_SECRET", "DINGTALK_SECRET", "FEISHU_SECRET", "MAIL_PASSWORD", "HOOK_SECRET", "WECOM_TOKEN"):
        monkeypatch.setenv(name, "x" * 20)
    monkeypatch.setenv("WECOM_AES_KEY", AES)
    example = (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")
    lines = [line.removeprefix("# ") if " = " in line or "[[" in line else line for line in example.splitlines()]
    found = loaded(tmp_path, "\n".join(line for line in lines if not line.startswith('url = "sqlite')))
    assert [len(getattr(found, kind)) for kind in ("wecom", "dingtalk", "feishu", "email", "hook")] == [1] * 5
