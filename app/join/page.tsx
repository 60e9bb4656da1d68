import { JoinApp } from '#components/onboarding/join-app'

export default function JoinPage() {
  return <JoinApp />
}
