import { Button } from '#components/ui/button'
import type { ProfilePlaces } from '#lib/session/lock-view'

/** Ways to what somebody locked and set aside, or began beside it; nothing where there is only one. */
export function OtherProfiles({ places, onOpen }: { places: ProfilePlaces; onOpen: (place: number) => void }) {
  const others = Array.from({ length: places.count }, (_, i) => i + 1).filter((place) => place !== places.current)
  if (others.length === 0) return null
  return (
    <div className="mt-4 grid justify-items-center gap-1">
      {others.map((place) => (
        <Button key={place} look="bare" onClick={() => onOpen(place)}>
          {place < places.current ? 'Go to the pages from before' : 'Go to the pages begun later'}
          {others.length > 1 ? ` (${place})` : ''}
        </Button>
      ))}
    </div>
  )
}
