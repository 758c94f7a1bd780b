/**
 * Whose a key is: `ours` for the shortcuts; `field` while something is typed; `theirs` where an open dialog or menu, or
 * the control that has the focus, knows it better (Enter and Space press a button; arrows outside of lists scroll).
 */
export function keyTarget(event: KeyboardEvent, page: Document): 'ours' | 'field' | 'theirs' {
  const [origin] = event.composedPath();
  if (event.defaultPrevented || event.isComposing) return 'theirs';
  if (page.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null) return 'theirs';
  if (!(origin instanceof Element) || origin === page.body) return 'ours';
  if (origin.closest('input, textarea, select, [contenteditable=true]') !== null) return 'field';
  const presses = event.key === 'Enter' || event.key === ' ';
  if (presses && origin.matches('button, a, summary, [role=tab]')) return 'theirs';
  const isInList = origin.closest('[role=listbox], [role=grid]') !== null;
  return event.key.startsWith('Arrow') && !isInList ? 'theirs' : 'ours';
}
