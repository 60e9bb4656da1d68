/** The empty sidebar and page that stand there for the moment before a workspace is open; nothing moves when it is. */
export function Ground() {
  return (
    <div className="grid h-dvh bg-paper desk:grid-cols-[256px_minmax(0,1fr)]" aria-busy="true">
      <div className="bg-wash max-desk:hidden" />
      <noscript>
        <p className="p-6">Waxwing encrypts in your browser and needs JavaScript to do it.</p>
      </noscript>
    </div>
  )
}
