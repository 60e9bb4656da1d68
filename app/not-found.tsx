import { Letter } from '#components/onboarding/letter'
import { buttonClass } from '#components/ui/button'

export default function NotFound() {
  return (
    <Letter title="Nothing is kept at this address">
      <a href="/" className={buttonClass('plain', 'large')}>
        Open my pages
      </a>
    </Letter>
  )
}
