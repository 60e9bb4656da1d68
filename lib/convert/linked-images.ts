import { pictureAttributes } from '#lib/convert/enclosed-files'
import { IMAGE_PLACE, TAKEN_IMAGE } from '#lib/convert/inert-html'
import { showPicture } from '#lib/convert/show-picture'

/**
 * Nothing is fetched for what is pasted: in place of an image of the web its words stay, with a link to its address. Images that
 * were drawn for an emoji become it, and a dot that only counts readers goes. One that was taken out of the text is a picture.
 */
export function linkImages(root: Element | DocumentFragment): void {
  for (const place of root.querySelectorAll(IMAGE_PLACE)) {
    const address = place.getAttribute('src')?.trim() ?? ''
    const alt = place.getAttribute('alt')?.replace(/\s+/g, ' ').trim() ?? ''
    const taken = place.getAttribute(TAKEN_IMAGE)
    if (taken !== null) {
      if (EMOJI.test(alt)) place.replaceWith(alt)
      else showPicture(place, pictureAttributes(Number(taken), '', alt))
      continue
    }
    if (!/^https?:\/\//i.test(address) || !URL.canParse(address) || place.getAttribute('width') === '1') continue
    const words = alt || nameIn(new URL(address))
    place.replaceWith(EMOJI.test(alt) || place.closest('a[href]') ? words : linkTo(address, words, place.ownerDocument))
  }
}

const EMOJI = /^\p{Extended_Pictographic}[\p{Extended_Pictographic}\p{Emoji_Component}]*$/u

/** What the image is called there, else whose it is. */
function nameIn({ pathname, host }: URL): string {
  const name = pathname.slice(pathname.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(name) || host
  } catch {
    return name
  }
}

function linkTo(address: string, words: string, document: Document): Element {
  const link = document.createElement('a')
  link.setAttribute('href', address)
  link.textContent = words
  return link
}
