namespace Orleans.Embedded;

/// <summary>The objects already copied in one message, so that shared and cyclic references stay so. One thread.</summary>
internal sealed class CopyContext
{
    private Dictionary<object, object>? _copies;

    public bool TryFind<T>(T original, out T copy)
        where T : class
    {
        if (_copies is not null && _copies.TryGetValue(original, out var found))
        {
            copy = (T)found;
            return true;
        }

        copy = null!;
        return false;
    }

    public void Add(object original, object copy) => (_copies ??= new(ReferenceEqualityComparer.Instance))[original] = copy;
}
