namespace Orleans.Storage;

/// <summary>The stored state has another ETag than the one that the grain read.</summary>
[GenerateSerializer]
public class InconsistentStateException : OrleansException
{
    /// <summary>Creates the error.</summary>
    public InconsistentStateException()
    {
    }

    /// <summary>Creates the error.</summary>
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error.</summary>
    public InconsistentStateException(string message, Exception? innerException)
        : base(message, innerException!)
    {
    }

    /// <summary>Creates the error.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : this(errorMsg, storedEtag, currentEtag, null)
    {
    }

    /// <summary>Creates the error.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
        : base(errorMsg, storageException!)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>Creates the error.</summary>
    public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
        : this(storageException?.Message ?? string.Empty, storedEtag, currentEtag, storageException)
    {
    }

    /// <summary>The ETag in the store.</summary>
    [Id(1)]
    public string? StoredEtag { get; private set; }

    /// <summary>The ETag of the writer.</summary>
    [Id(2)]
    public string? CurrentEtag { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => $"{base.ToString()} StoredEtag={StoredEtag} CurrentEtag={CurrentEtag}";
}
