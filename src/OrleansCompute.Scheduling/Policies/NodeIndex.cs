using System.Collections.Immutable;
namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Finds nodes by how many accelerators a job with certain needs can use there, the one with the lowest number first, in time that does
/// not grow with the number of nodes. Not thread-safe.
/// </summary>
/// <param name="sizes">Accelerators of the largest node of each type.</param>
/// <param name="nodes">Number of nodes.</param>
internal sealed class NodeIndex(ImmutableArray<int> sizes, int nodes)
{
    // [type][count]: nodes on which so many are, or were, of use; what is out of date is dropped when it comes up.
    private readonly PriorityQueue<int, int>[][] _byCount =
        [.. sizes.Select(size => Enumerable.Range(0, size + 1).Select(_ => new PriorityQueue<int, int>()).ToArray())];

    private readonly int[] _counts = new int[nodes];

    /// <summary>Accelerators of use on a node.</summary>
    public int Of(int node) => _counts[node];

    /// <summary>Says how many are of use on a node.</summary>
    public void Set(int node, int type, int count)
    {
        _counts[node] = count;
        _byCount[type][count].Enqueue(node, node);
    }

    /// <summary>The node with most; -1 where none has any.</summary>
    public int Freest(int type)
    {
        var byCount = _byCount[type];
        for (var count = byCount.Length - 1; count > 0; count--)
        {
            if (Head(byCount[count], count) is var node and >= 0)
            {
                return node;
            }
        }

        return -1;
    }

    /// <summary>The node with least that has enough; -1 where none has.</summary>
    public int Tightest(int type, int accelerators)
    {
        var byCount = _byCount[type];
        for (var count = accelerators; count < byCount.Length; count++)
        {
            if (Head(byCount[count], count) is var node and >= 0)
            {
                return node;
            }
        }

        return -1;
    }

    /// <summary>The same without some nodes.</summary>
    public int Tightest(int type, int accelerators, Func<int, bool> isLeftOut)
    {
        var byCount = _byCount[type];
        for (var count = accelerators; count < byCount.Length; count++)
        {
            var (found, aside) = (-1, new List<int>());
            while (Head(byCount[count], count) is var node and >= 0)
            {
                if (!isLeftOut(node))
                {
                    found = node;
                    break;
                }

                aside.Add(byCount[count].Dequeue());
            }

            foreach (var node in aside)
            {
                byCount[count].Enqueue(node, node);
            }

            if (found >= 0)
            {
                return found;
            }
        }

        return -1;
    }

    private int Head(PriorityQueue<int, int> queue, int count)
    {
        while (queue.TryPeek(out var node, out _))
        {
            if (_counts[node] == count)
            {
                return node;
            }

            queue.Dequeue();
        }

        return -1;
    }
}
