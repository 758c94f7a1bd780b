/** Lines for the wire: CRLF, dots doubled, long lines broken (RFC 5321 sections 4.5.2 and 4.5.3.1.6). */

/** Bytes that are collected before they are written. */
const CHUNK_BYTES = 32_768;

export interface LineSink {
  /** A line without its end, or a piece of a long one (`isWhole` false): a byte string. */
  line(text: string, isWhole: boolean): void;
  /** Something to write is there. */
  readonly isFull: boolean;
  /** Takes what is collected. */
  take(): Buffer;
}

/**
 * @param limit smtp_line_length_limit, without CRLF; 0: none. A longer line is continued on the next after a space
 * @param onBreak called for each line that is broken
 */
export function createLineSink(limit: number, onBreak: () => void): LineSink {
  let parts: string[] = [];
  let size = 0;
  let space = limit;

  const put = (text: string) => {
    parts.push(text);
    size += text.length;
  };

  return {
    line(text, isWhole) {
      let rest = text;
      do {
        if (space === limit && rest.startsWith('.')) put('.');
        if (limit === 0 || rest.length < space) {
          put(isWhole ? `${rest}\r\n` : rest);
          space = isWhole ? limit : space - rest.length;
          return;
        }
        put(`${rest.slice(0, space)}\r\n`);
        rest = rest.slice(space);
        space = limit;
        if (rest === '' && isWhole) return;
        put(' ');
        space -= 1;
        onBreak();
      } while (rest !== '');
    },
    get isFull() {
      return size >= CHUNK_BYTES;
    },
    take() {
      const bytes = Buffer.from(parts.join(''), 'latin1');
      parts = [];
      size = 0;
      return bytes;
    },
  };
}
