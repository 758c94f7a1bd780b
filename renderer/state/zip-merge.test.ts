import { expect, it } from 'vitest';
import { createZipMerge } from './zip-merge.ts';

/** An archive of one stored file, as the engine makes them. */
function archive(name: string, content: string): Uint8Array<ArrayBuffer> {
  const [title, bytes] = [new TextEncoder().encode(name), new TextEncoder().encode(content)];
  const local = 30 + title.length + bytes.length;
  const whole = new Uint8Array(local + 46 + title.length + 22);
  const view = new DataView(whole.buffer);
  view.setUint32(0, 0x04034b50, true);
  view.setUint32(18, bytes.length, true);
  view.setUint32(22, bytes.length, true);
  view.setUint16(26, title.length, true);
  whole.set(title, 30);
  whole.set(bytes, 30 + title.length);
  view.setUint32(local, 0x02014b50, true);
  view.setUint16(local + 28, title.length, true);
  whole.set(title, local + 46);
  const end = local + 46 + title.length;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 10, 1, true);
  view.setUint32(end + 12, 46 + title.length, true);
  view.setUint32(end + 16, local, true);
  return whole;
}

it('puts archives together, with every file where the directory says', async () => {
  const merge = createZipMerge();
  merge.add(archive('a.eml', 'first'));
  merge.add(archive('bb.eml', 'second'));
  const bytes = new Uint8Array(await merge.finish().arrayBuffer());
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  expect(view.getUint16(end + 10, true)).toBe(2);
  let at = view.getUint32(end + 16, true);
  const files: Record<string, string> = {};
  for (let file = 0; file < 2; file++) {
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const place = view.getUint32(at + 42, true);
    expect(view.getUint32(place, true)).toBe(0x04034b50);
    const start = place + 30 + nameLength;
    files[name] = new TextDecoder().decode(bytes.subarray(start, start + view.getUint32(place + 18, true)));
    at += 46 + nameLength;
  }
  expect(files).toEqual({ 'a.eml': 'first', 'bb.eml': 'second' });
  expect(at).toBe(end);
  expect(() => {
    merge.add(new Uint8Array(5));
  }).toThrow(RangeError);
});
