/** Electron is unpacked once, before the first test and its time limit. */
import { desktopRuntime } from './runtime.ts';

export default async function prepare(): Promise<void> {
  await desktopRuntime();
}
