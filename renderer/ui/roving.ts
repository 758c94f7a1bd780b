import type { Attachment } from 'svelte/attachments';

/**
 * One tab stop for a group of controls: arrows, Home and End move between those that match the selector. The current
 * one (aria-current or aria-pressed), else the first, is the stop.
 */
export function roving(selector: string): Attachment<HTMLElement> {
  return (group) => {
    const items = () => [...group.querySelectorAll<HTMLElement>(selector)];

    const settle = () => {
      const all = items();
      const stop =
        all.find((item) => item === document.activeElement) ??
        all.find((item) => item.matches('[aria-current], [aria-pressed=true]')) ??
        all[0];
      for (const item of all) item.tabIndex = item === stop ? 0 : -1;
    };

    const onkeydown = (event: KeyboardEvent) => {
      const all = items();
      const at = all.findIndex((item) => item === document.activeElement);
      if (at === -1) return;
      const to = target(event.key, at, all.length);
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      all[to]?.focus();
      settle();
    };

    const watcher = new MutationObserver(settle);
    watcher.observe(group, {
      childList: true,
      subtree: true,
      attributeFilter: ['aria-current', 'aria-pressed'],
    });
    group.addEventListener('keydown', onkeydown);
    group.addEventListener('focusin', settle);
    settle();
    return () => {
      watcher.disconnect();
      group.removeEventListener('keydown', onkeydown);
      group.removeEventListener('focusin', settle);
    };
  };
}

function target(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowDown' || key === 'ArrowRight') return Math.min(at + 1, count - 1);
  if (key === 'ArrowUp' || key === 'ArrowLeft') return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
