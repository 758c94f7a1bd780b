/**
 * The mail's own dark mode, apart from the system's and the app's: a frame cannot be told which scheme it prefers, so
 * what a style sheet asks about it is answered here.
 */
export type Scheme = 'light' | 'dark';

const ALWAYS = '(min-width: 0)';
const NEVER = '(min-width: 999999px)';

/** Which of the schemes that a document says it supports is used. */
export function usedScheme(supported: string, scheme: Scheme): Scheme {
  const words = supported.toLowerCase().split(/[\s,]+/);
  if (words.includes(scheme)) return scheme;
  return words.includes('dark') && !words.includes('light') ? 'dark' : 'light';
}

/** A style sheet, a style attribute or a media query as it is under the scheme. */
export function underScheme(css: string, scheme: Scheme): string {
  if (!/color-scheme/i.test(css)) return css;
  return css
    .replace(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_, wanted: string) =>
      wanted.toLowerCase() === scheme ? ALWAYS : NEVER,
    )
    .replace(
      /(^|[;{\s])color-scheme\s*:([^;}]*)/gi,
      (_, before: string, value: string) => `${before}color-scheme: ${usedScheme(value, scheme)}`,
    );
}
