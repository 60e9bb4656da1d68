/** The button of the menu or panel that `element` stands in; the element itself where it stands in none. */
export function popupButton(element: Element | null): Element | null {
  const popup = element?.closest('[role=menu], [role=dialog]')
  if (!popup) return element
  const buttons = [...document.querySelectorAll('[aria-haspopup]')]
  // a menu that closes is still named by its button, which names it no more
  const isOf = (button: Element) =>
    button.getAttribute('aria-controls') === popup.id || button.id === popup.getAttribute('aria-labelledby')
  return buttons.find(isOf) ?? null
}
