namespace Orleans.Embedded;

/// <summary>The caller's end of a sequence: each enumeration runs the method anew on the grain.</summary>
internal sealed class GrainAsyncEnumerable<T>(GrainReference reference, GrainRequest<IAsyncEnumerable<T>> request) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(reference, request, cancellationToken);

    private sealed class Enumerator(GrainReference reference, GrainRequest<IAsyncEnumerable<T>> request, CancellationToken cancellationToken)
        : IAsyncEnumerator<T>
    {
        private readonly EnumerationSession<T> _session = new(request);
        private CancellationTokenRegistration _registration;
        private EnumerationBatch<T>? _batch;
        private int _index;
        private bool _started;

        public T Current { get; private set; } = default!;

        public async ValueTask<bool> MoveNextAsync()
        {
            if (!_started)
            {
                _started = true;
                _registration = cancellationToken.UnsafeRegister(static state => ((EnumerationSession<T>)state!).Cancel(), _session);
            }

            while (true)
            {
                if (_batch is not null && _index < _batch.Items.Count)
                {
                    Current = _batch.Items[_index++];
                    return true;
                }

                if (_batch is { IsLast: true })
                {
                    return false;
                }

                cancellationToken.ThrowIfCancellationRequested();
                _batch = await GrainReferenceRuntime.SendInternal(reference, new EnumerationStep<T>(_session)).WaitAsync(cancellationToken);
                _index = 0;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _registration.DisposeAsync();
            if (_started && !_session.IsFinished)
            {
                _session.Cancel();
                await _session.EndAsync();
            }
        }
    }
}
