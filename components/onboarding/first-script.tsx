/**
 * The first script of every page; nothing is fetched or run before it (I6, and the build moves it to the front of the
 * head). It takes an invitation out of the address of the join page before anything could send or keep it, and it
 * installs the Trusted Types policy by which only this app's own script files may load.
 *
 * Plain text, because it stands in the page as it is and its hash in the page's policy. The invitation waits in one
 * property that `takeInvitation` removes; a second link followed in the same tab starts the page anew.
 */
export const FIRST_SCRIPT = `(function () {
  if (/^\\/join\\/?$/.test(location.pathname)) {
    if (location.hash.length > 1) {
      Object.defineProperty(window, "waxwingInvitation", { value: location.hash.slice(1), configurable: true });
      history.replaceState(null, "", location.pathname);
    }
    addEventListener("hashchange", function () { if (location.hash.length > 1) location.reload(); });
  }
  if (!window.trustedTypes || !trustedTypes.createPolicy) return;
  trustedTypes.createPolicy("default", {
    createScriptURL: function (address) {
      var url = new URL(address, location.href);
      if (url.origin === location.origin && (url.pathname.indexOf("/_next/static/") === 0 || url.pathname === "/sw.js")) return address;
      throw new TypeError("This page loads no script from there.");
    },
    createHTML: function (text) {
      if (text === "<script><\\/script>") return text;
      throw new TypeError("This page takes no HTML from there.");
    }
  });
})();`

declare global {
  interface Window {
    waxwingInvitation?: string
  }
}

/** The fragment of the invitation link that this page was opened with, once; undefined afterwards or without one. */
export function takeInvitation(): string | undefined {
  const fragment = window.waxwingInvitation
  delete window.waxwingInvitation
  return fragment
}
