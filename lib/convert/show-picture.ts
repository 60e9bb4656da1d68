import type { PictureAttributes } from '#lib/convert/enclosed-files'
import { IMAGE_PLACE } from '#lib/convert/inert-html'
import { pictureWidth } from '#lib/schema/file-nodes'

/** Puts a picture where an image stood, as the schema reads it: one in a figure of its own takes that figure's caption. */
export function showPicture(place: Element, { file, name, alt }: PictureAttributes): void {
  const around = place.closest('figure')
  const isAlone = around?.querySelectorAll(IMAGE_PLACE).length === 1 && around.textContent?.trim() === captionOf(around)
  const figure = isAlone ? around : place.ownerDocument.createElement('figure')
  const caption = (isAlone && around.querySelector('figcaption')) || place.ownerDocument.createElement('figcaption')
  const width = widthOf(place)
  for (const [key, value] of Object.entries({ file, name, alt })) figure.setAttribute(`data-${key}`, value)
  if (width !== undefined) figure.setAttribute('data-width', `${width}`)
  figure.replaceChildren(caption)
  if (isAlone) return
  const next = place.nextSibling
  if (next?.nodeType === 3) next.textContent = next.textContent?.trimStart() ?? ''
  place.replaceWith(figure)
  const line = figure.closest('p')
  if (line?.textContent?.trim() === '') line.replaceWith(...line.childNodes)
}

/** Pixels that other programs' pages are wide. */
const PAGE_PIXELS = 700

/** The share of the page that an image says it takes, in per cent; `undefined` for its own size. */
function widthOf(place: Element): number | undefined {
  const style = /(?:^|;)\s*width:\s*([\d.]{1,8})(%|px)/i.exec(place.getAttribute('data-style') ?? '')
  const attribute = /^\s*([\d.]{1,8})(%)\s*$/.exec(place.getAttribute('width') ?? '')
  const [, amount, unit] = attribute ?? style ?? []
  return pictureWidth(Math.round(unit === 'px' ? (Number(amount) * 100) / PAGE_PIXELS : Number(amount)))
}

const captionOf = (figure: Element): string => figure.querySelector('figcaption')?.textContent?.trim() ?? ''
