"""The portal on a home screen: each its own name, colour and icon, and none of another's."""

import io

from PIL import Image


def test_a_portal_says_who_it_is_and_shows_its_icon(client_of):
    for who, name in ((None, "Van Dijk Bouwmaterialen"), ("otto", "Brand Techniek")):
        client = client_of(who)
        answer = client.get("/manifest.webmanifest")
        found = answer.json()
        assert answer["Content-Type"].startswith("application/manifest+json") and found["name"] == name and found["display"] == "standalone" and found["start_url"] == found["scope"] == "/"
        for item in found["icons"]:
            picture = client.get(item["src"])
            assert picture["Cache-Control"].endswith("immutable") and f"{Image.open(io.BytesIO(picture.content)).width}x" in item["sizes"]
            assert Image.open(io.BytesIO(picture.content)).getpixel((5, 5)) == tuple(bytes.fromhex(found["theme_color"][1:]))


def test_the_icon_of_another_look_size_or_portal_is_not_there(client_of):
    icon = client_of(None).get("/manifest.webmanifest").json()["icons"][0]["src"]
    assert client_of("otto").get(icon).status_code == client_of(None).get(icon.replace("192", "4096")).status_code == client_of(None).get("/icon/x/192.png").status_code == 404


def test_pages_name_it(client_of):
    page = client_of("sanne").get("/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page and "apple-touch-icon" in page
