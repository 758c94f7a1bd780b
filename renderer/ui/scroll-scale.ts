/**
 * Scrolling a list that is taller than a browser can make an element (about 33 million pixels in Chromium, 17 in
 * Firefox; a million mails have 76). Pure.
 *
 * The element is made `LONGEST` tall at most. Small steps (wheel, keys, touch) move the content pixel by pixel; a long
 * one (the scroll bar is dragged) goes to the same share of the content; and when the two drift apart too far, the
 * scroll bar is put right without moving the content.
 */
export const LONGEST = 8_000_000;
const LONGEST_STEP = 4_000;
const LARGEST_DRIFT = LONGEST / 40;

export interface Extent {
  /** Pixels of the whole content, and of what is seen of it. */
  readonly content: number;
  readonly viewport: number;
}

export interface ScrollPlace {
  /** Where the content's visible part begins. */
  readonly top: number;
  /** The element's scrollTop that goes with it. */
  readonly bar: number;
}

export const barLength = ({ content }: Extent): number => Math.min(content, LONGEST);

const clamp = (value: number, most: number) => Math.max(0, Math.min(value, most));

/** The scroll bar's place for a place in the content. */
export function barFor(top: number, extent: Extent): number {
  const { content, viewport } = extent;
  if (content <= LONGEST) return clamp(top, content - viewport);
  return clamp(top * ((LONGEST - viewport) / (content - viewport)), LONGEST - viewport);
}

/** The person scrolled: the element's scrollTop is `bar` now. A different `bar` in the answer has to be set. */
export function scrolled(before: ScrollPlace, bar: number, extent: Extent): ScrollPlace {
  const { content, viewport } = extent;
  const most = Math.max(0, content - viewport);
  if (content <= LONGEST) return { top: clamp(bar, most), bar };
  const step = bar - before.bar;
  if (Math.abs(step) > Math.max(LONGEST_STEP, viewport * 2)) {
    return { top: clamp(bar * (most / (LONGEST - viewport)), most), bar };
  }
  const top = clamp(before.top + step, most);
  const right = barFor(top, extent);
  const isAtEdge = bar <= 0 || bar >= LONGEST - viewport;
  const isOff = Math.abs(right - bar) > LARGEST_DRIFT || (isAtEdge && Math.abs(right - bar) > 1);
  return { top, bar: isOff || top === 0 || top === most ? right : bar };
}

/** The least scrolling that shows the row from `from` to `to` (pixels) in full. */
export function reveal(top: number, viewport: number, from: number, to: number): number {
  if (from < top) return from;
  return to > top + viewport ? to - viewport : top;
}
