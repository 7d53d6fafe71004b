"""The headers of every answer."""


def test_our_own_forms_may_say_where_they_come_from(client_of):
    # With no-referrer a browser sends `Origin: null`, and every form of a person would be refused.
    assert client_of(None).get("/login/").headers["Referrer-Policy"] == "same-origin"
