/** The script of every page: makes faster what already works without it. Small parts, each of its own element. */
import "./hypermedia";
import "./islands";
import "./live";
import "./search";
import "./stepper";
import "./copy";
import "./menus";
import "./forms";
import "./theme";
import "./toast";

document.documentElement.dataset.js = "";
