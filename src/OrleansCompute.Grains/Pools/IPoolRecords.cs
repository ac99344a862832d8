namespace OrleansCompute.Grains.Pools;

/// <summary>Named records of one pool, each written as a whole or not at all.</summary>
internal interface IPoolRecords
{
    /// <summary>Reads a record; a new one where it was never written.</summary>
    Task<T> ReadAsync<T>(string name)
        where T : class, new();

    /// <summary>Writes a record over what was read or written last; fails where somebody else has written it since.</summary>
    Task WriteAsync<T>(string name, T record)
        where T : class, new();
}
