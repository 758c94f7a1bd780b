/** The unread count on the app's icon, where the system has that: the Dock, Unity's launcher, the taskbar of Windows. */
import { nativeImage, type NativeImage } from 'electron';
import type { MainContext } from './module.ts';

const SIZE = 16;
/** Blue, green, red, alpha: the order that bitmaps have. */
const DOT = [0x1e, 0x26, 0xb3, 0xff] as const;

function dot(): NativeImage {
  const pixels = Buffer.alloc(SIZE * SIZE * 4);
  const middle = (SIZE - 1) / 2;
  for (let at = 0; at < SIZE * SIZE; at++) {
    const far = Math.hypot((at % SIZE) - middle, Math.floor(at / SIZE) - middle);
    if (far <= SIZE / 2) pixels.set(DOT, at * 4);
  }
  return nativeImage.createFromBitmap(pixels, { width: SIZE, height: SIZE });
}

export function enableBadge({ app, mail, windows }: MainContext): void {
  mail.onChange(({ unread }) => {
    if (process.platform === 'win32')
      windows.current()?.setOverlayIcon(unread === 0 ? null : dot(), unread === 0 ? '' : `${unread} unread`);
    else app.setBadgeCount(unread);
  });
}
