const BLOCKS = 'p, div, br, li, tr, h1, h2, h3, h4, h5, h6, blockquote, pre';

/** The words of an HTML text, a line for each block. It is parsed and never shown: nothing of it runs or loads. */
export function htmlText(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const element of page.querySelectorAll('script, style, title')) element.remove();
  for (const block of page.querySelectorAll(BLOCKS)) block.after('\n');
  const lines = page.body.textContent.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
