/** A name from a message made harmless for a disk: what a browser or a save dialog may suggest. */

const LONGEST = 120;
/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
/** Marks that turn the direction of text (`exe.fdp` shown as `pdf.exe`), and others that cannot be seen. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu;
const FORBIDDEN = /[<>:"|?*]/g;

/** Cut to `LONGEST` characters, the extension kept. */
function shorten(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= LONGEST) return name;
  const extension = /\.[^.]{1,16}$/u.exec(name)?.[0] ?? '';
  return characters.slice(0, LONGEST - Array.from(extension).length).join('') + extension;
}

/** Never empty, no path, no control or direction characters, no device, no leading dot. */
export function safeFileName(name: string, fallback = 'attachment'): string {
  const base = name.normalize('NFC').split(/[/\\]/u).at(-1) ?? '';
  const clean = base
    .replace(INVISIBLE, '')
    .replace(FORBIDDEN, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[.\s]+|[.\s]+$/gu, '');
  if (clean === '') return fallback;
  return shorten(RESERVED.test(clean) ? `_${clean}` : clean);
}
