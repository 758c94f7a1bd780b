const CHUNK = 0x8000;

/** Base64 of bytes, in pieces that fit a call's arguments. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

/** Names of charsets under which one finds all kinds of text. */
const VAGUE = new Set(['', 'ascii', 'us-ascii']);

/** Text of a part by its charset; what is not in it, or has an unknown one, is read as windows-1252, where every byte is something. */
export function decodedText(bytes: ArrayBuffer, charset: string): string {
  for (const label of [VAGUE.has(charset.toLowerCase()) ? 'utf-8' : charset, 'windows-1252']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // The next one.
    }
  }
  return '';
}
