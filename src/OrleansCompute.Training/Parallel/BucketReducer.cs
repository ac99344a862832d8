namespace OrleansCompute.Training.Parallel;

/// <summary>
/// Adds up the buckets of several workers while more are on their way. Every bucket is summed in order of rank, each value when those of all
/// ranks before it are there, so the sum has the same bits as one that waited for everything. What a worker sent before it was lost
/// must not count: then the sum is made anew from the others' buckets, which are kept to the end of the round. <see cref="Take"/> is thread-safe and
/// returns at once (it adds on the thread pool, not on a worker's thread); the other members are for one thread.
/// </summary>
internal sealed class BucketReducer(GradientBucketPlan plan)
{
    private readonly Lock _gate = new();

    // Held while values are added, so that the end of a round waits for what has begun.
    private readonly Lock _adding = new();
    private readonly int[] _added = new int[plan.Count];
    private ReadOnlyMemory<float>[][] _buckets = [];
    private string?[] _faults = [];
    private bool[] _takesPart = [];
    private Memory<float> _sum;
    private long _round;
    private bool _pumping;

    /// <summary>Starts a round; buckets of earlier rounds are ignored from now on.</summary>
    /// <param name="takesPart">For each worker in order of rank, whether it computes anything.</param>
    /// <param name="sum">Receives the sum, as long as the parameters.</param>
    /// <returns>The number of the round.</returns>
    public long Begin(bool[] takesPart, Memory<float> sum)
    {
        lock (_adding)
        {
            lock (_gate)
            {
                _buckets = [.. takesPart.Select(_ => new ReadOnlyMemory<float>[plan.Count])];
                _faults = new string?[takesPart.Length];
                (_takesPart, _sum) = (takesPart, sum);
                Array.Clear(_added);
                return ++_round;
            }
        }
    }

    /// <summary>Takes a bucket in.</summary>
    /// <param name="round">The round that it was asked for in.</param>
    /// <param name="worker">Index of the worker.</param>
    /// <param name="bucket">Its bucket; kept until the end of the round.</param>
    public void Take(long round, int worker, GradientBucket bucket)
    {
        lock (_gate)
        {
            if (round != _round)
            {
                return;
            }

            // A worker is another process, so its numbers are checked.
            if (bucket.Index < 0 || bucket.Index >= plan.Count)
            {
                _faults[worker] ??= $"sent gradient bucket {bucket.Index}; there are {plan.Count}";
                return;
            }

            var length = plan.Range(bucket.Index).Length;
            if (bucket.Values.Length != length || !_buckets[worker][bucket.Index].IsEmpty)
            {
                _faults[worker] ??= bucket.Values.Length != length
                    ? $"sent {bucket.Values.Length} values in gradient bucket {bucket.Index}; it has {length}"
                    : $"sent gradient bucket {bucket.Index} twice";
                return;
            }

            _buckets[worker][bucket.Index] = bucket.Values;
            if (_pumping)
            {
                return;
            }

            _pumping = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static reducer => reducer.Pump(), this, preferLocal: false);
    }

    /// <summary>Why a worker's buckets cannot be used, or null.</summary>
    public string? Fault(int worker)
    {
        lock (_gate)
        {
            var count = _buckets[worker].Count(values => !values.IsEmpty);
            return _faults[worker] ?? (count < plan.Count ? $"sent {count} gradient buckets of {plan.Count}" : null);
        }
    }

    /// <summary>Ends the round: the sum holds the gradients of the given workers, and of nobody else.</summary>
    /// <param name="isGood">For each worker whether all its buckets are there and count.</param>
    /// <returns>False if there is nothing to sum.</returns>
    public bool End(bool[] isGood)
    {
        lock (_adding)
        {
            lock (_gate)
            {
                _round++;
            }

            var startsAnew = false;
            for (var i = 0; i < isGood.Length; i++)
            {
                startsAnew |= _takesPart[i] && !isGood[i];
            }

            if (startsAnew)
            {
                _takesPart = isGood;
                Array.Clear(_added);
            }

            for (var bucket = 0; bucket < plan.Count; bucket++)
            {
                while (AddNext(bucket))
                {
                }
            }

            // What was kept belongs to the workers again.
            _buckets = [];
            return _takesPart.Contains(true);
        }
    }

    private void Pump()
    {
        lock (_adding)
        {
            lock (_gate)
            {
                _pumping = false;
            }

            for (var bucket = 0; _buckets.Length > 0 && bucket < plan.Count; bucket++)
            {
                while (AddNext(bucket))
                {
                }
            }
        }
    }

    /// <summary>Adds the next worker's values of a bucket, if they are there. Within the lock of adding.</summary>
    private bool AddNext(int bucket)
    {
        ref var next = ref _added[bucket];
        while (next < _takesPart.Length && !_takesPart[next])
        {
            next++;
        }

        if (next == _takesPart.Length)
        {
            return false;
        }

        ReadOnlyMemory<float> values;
        lock (_gate)
        {
            values = _buckets[next][bucket];
        }

        if (values.IsEmpty)
        {
            return false;
        }

        var (offset, length) = plan.Range(bucket);
        var target = _sum.Span.Slice(offset, length);
        if (Array.IndexOf(_takesPart, true) == next)
        {
            values.Span.CopyTo(target);
        }
        else
        {
            GradientReducer.AddTo(target, values.Span);
        }

        next++;
        return true;
    }
}
