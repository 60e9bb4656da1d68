'use client'

import { Broken } from '#components/onboarding/broken'

export default function ErrorPage({ error }: { error: Error }) {
  return <Broken error={error} />
}
