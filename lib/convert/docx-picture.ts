import { pictureSize, pictureWidth } from '#lib/schema/file-nodes'

/** Kinds of picture that every Word shows, by the ending of their part. */
export const WORD_PICTURES = ['png', 'jpeg', 'gif', 'bmp'] as const

/** A picture that leaves in a Word file. */
export interface WordPicture {
  /** How the page names it. */
  readonly file: string
  readonly ending: (typeof WORD_PICTURES)[number]
  /** See pictureSize; one without a size is not shown. */
  readonly pixels: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** English Metric Units, in which drawings are measured, in a twentieth of a point. */
const UNITS = 635
/** A picture's own size is that of a screen with 96 pixels an inch. */
const UNITS_A_PIXEL = 9525
/** What stands on one page at most, in twentieths of a point. */
const PAGE_HEIGHT = 13_900

/** The facts of one place where a picture stands. */
export interface PicturePlace {
  /** Its number among the drawings of the file, from 1. */
  readonly number: number
  /** Id of the relation that leads to its bytes. */
  readonly relation: string
  readonly pixels: string
  /** See pictureWidth. */
  readonly width: unknown
  /** In twentieths of a point. */
  readonly room: number
  /** Both escaped. */
  readonly name: string
  readonly alt: string
}

/** A run that draws a picture (ECMA-376 part 1, §20.4.2.8) as wide as the page says, within its room; '' without a size. */
export function pictureXml({ number, relation, pixels, width, room, name, alt }: PicturePlace): string {
  const size = pictureSize(pixels)
  if (!size) return ''
  const share = pictureWidth(width)
  const wanted = share === undefined ? size.width * UNITS_A_PIXEL : (room * UNITS * share) / 100
  const wide = Math.min(wanted, room * UNITS, (PAGE_HEIGHT * UNITS * size.width) / size.height)
  const across = Math.max(1, Math.round(wide))
  const down = Math.max(1, Math.round((wide * size.height) / size.width))
  const named = `id="${number}" name="${name}" descr="${alt}"`
  return `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="${across}" cy="${down}"/><wp:docPr ${named}/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic><a:graphicData uri="${PICTURE}"><pic:pic><pic:nvPicPr><pic:cNvPr ${named}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="${relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="${across}" cy="${down}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
}

const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006'
const PICTURE = `${DRAWING}/picture`

/** What {@link pictureXml} needs on the element around everything. */
export const DRAWING_NAMESPACES = `xmlns:wp="${DRAWING}/wordprocessingDrawing" xmlns:a="${DRAWING}/main" xmlns:pic="${PICTURE}"`
