/**
 * Messages dragged out of the window as files: other programs take files, not bytes of ours, so they are written into a
 * temporary folder first, which goes when the app does.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ipcMain, nativeImage, type NativeImage } from 'electron';
import type { MainContext } from './module.ts';
import { APP_ORIGIN } from './origin.ts';

export const DRAG_CHANNEL = 'sandpost:drag';

/** The pointer is down while the files are written: more would make a person wait. */
const MOST_DRAGGED = 200;
const ICON_PIXELS = 32;

const isIds = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && id > 0);

/** Grey, where the system has no picture for such files: a drag needs one. */
const plainIcon = (): NativeImage =>
  nativeImage.createFromBitmap(Buffer.alloc(ICON_PIXELS * ICON_PIXELS * 4, 0x99), {
    width: ICON_PIXELS,
    height: ICON_PIXELS,
  });

export function enableDragOut({ app, engine, windows }: MainContext): void {
  let folder: string | undefined;

  async function fileOf(id: number): Promise<string | undefined> {
    const { status, body } = await engine.resource(`/resource/message/${id}/source?download=1`);
    if (status !== 200) return undefined;
    folder ??= mkdtempSync(path.join(app.getPath('temp'), 'sandpost-drag-'));
    const file = path.join(folder, `message-${id}.eml`);
    writeFileSync(file, body, { mode: 0o600 });
    return file;
  }

  async function iconOf(file: string): Promise<NativeImage> {
    const icon = await app.getFileIcon(file).catch(plainIcon);
    return icon.isEmpty() ? plainIcon() : icon;
  }

  ipcMain.on(DRAG_CHANNEL, (event, ids: unknown) => {
    const { sender, senderFrame } = event;
    const isOurs = senderFrame?.url.startsWith(`${APP_ORIGIN}/`) === true && windows.owns(sender);
    if (!isOurs || senderFrame !== sender.mainFrame || !isIds(ids)) return;
    void (async () => {
      const written = await Promise.all(ids.slice(0, MOST_DRAGGED).map(fileOf));
      const files = written.filter((file) => file !== undefined);
      const [file] = files;
      if (file === undefined || sender.isDestroyed()) return;
      sender.startDrag({ file, files, icon: await iconOf(file) });
    })();
  });
  app.on('quit', () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
}
