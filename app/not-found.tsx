export default function NotFound() {
  return (
    <main>
      <h1>Nothing is kept at this address</h1>
      <p>
        <a href="/">Open Waxwing</a>
      </p>
    </main>
  )
}
