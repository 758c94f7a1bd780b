import { expect, it } from 'vitest';
import { addressOf, mayLoad } from './remote-content.ts';

const frame = (query: string) => `sandpost://app/resource/message/1/html${query}`;
const FAR = 'https://shop.test/x.png';
const NEAR = 'http://127.0.0.1:3000/x.png';

it.each<[boolean, string, string, string]>([
  [true, 'sandpost://app/index.html', 'mainFrame', ''],
  [false, FAR, 'image', frame('')],
  [false, FAR, 'image', frame('?remote=none')],
  [true, FAR, 'image', frame('?view=a&remote=all')],
  [true, FAR, 'font', frame('?remote=all')],
  [false, FAR, 'script', frame('?remote=all')],
  [false, FAR, 'xhr', frame('?remote=all')],
  [false, FAR, 'subFrame', frame('?remote=all')],
  [false, FAR, 'image', frame('?remote=loopback')],
  [true, NEAR, 'image', frame('?remote=loopback')],
  [true, 'http://localhost/x.png', 'image', frame('?remote=loopback')],
  [false, 'http://localhost.evil.test/x.png', 'image', frame('?remote=loopback')],
  [false, 'http://127.0.0.1.evil.test/x.png', 'image', frame('?remote=loopback')],
  [false, 'http://localhost@evil.test/x.png', 'image', frame('?remote=loopback')],
  [false, FAR, 'image', 'sandpost://app/?remote=all'],
  [false, FAR, 'image', 'https://evil.test/?remote=all'],
])('%s: %s as %s in %s', (expected, url, kind, from) => {
  expect(mayLoad(url, kind, from)).toBe(expected);
});

it('waits for a frame that does not say yet where it is', async () => {
  const late = { url: '' };
  const answer = addressOf(late);
  setTimeout(() => {
    late.url = frame('?remote=all');
  }, 30);
  expect(await answer).toBe(frame('?remote=all'));
});

it('takes a frame that is gone for none', async () => {
  const gone = {
    get url(): string {
      throw new Error('Render frame was disposed before WebFrameMain could be accessed');
    },
  };
  expect(await addressOf(gone)).toBe('');
  expect(await addressOf(null)).toBe('');
});
