/** Where the window was: kept in a small file, used again when it still fits a screen. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { screen, type App, type BrowserWindow, type Rectangle } from 'electron';

interface WindowState {
  readonly bounds: Partial<Rectangle>;
  readonly isMaximized: boolean;
}

const FIRST: WindowState = { bounds: { width: 1360, height: 850 }, isMaximized: false };

export function readWindowState(app: App): WindowState {
  try {
    const stored = JSON.parse(readFileSync(fileOf(app), 'utf8')) as Partial<WindowState>;
    const bounds = stored.bounds as Rectangle;
    const numbers = [bounds.x, bounds.y, bounds.width, bounds.height];
    if (!numbers.every((n) => Number.isInteger(n)) || !isOnScreen(bounds)) return FIRST;
    return { bounds, isMaximized: stored.isMaximized === true };
  } catch {
    // Missing or damaged: the window opens at its first size.
    return FIRST;
  }
}

export function keepWindowState(app: App, window: BrowserWindow): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    writeFileSync(fileOf(app), JSON.stringify(state));
  });
}

function fileOf(app: App): string {
  return path.join(app.getPath('userData'), 'window.json');
}

/** At least a corner that can be grabbed must be on some screen. */
function isOnScreen(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea: area }) => {
    const overlapX = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const overlapY = Math.min(bounds.y + bounds.height, area.y + area.height) - Math.max(bounds.y, area.y);
    return overlapX >= 100 && overlapY >= 50;
  });
}
