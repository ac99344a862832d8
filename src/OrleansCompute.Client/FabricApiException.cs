using System.Net;

namespace OrleansCompute.Client;

/// <summary>The server refused a request, or could not be reached. The message is a sentence for the user.</summary>
public sealed class FabricApiException : Exception
{
    /// <summary>Creates it without details.</summary>
    public FabricApiException()
        : this(null, "The request failed.")
    {
    }

    /// <summary>Creates it with a sentence.</summary>
    public FabricApiException(string message)
        : this(null, message)
    {
    }

    /// <summary>Creates it with a sentence and its cause.</summary>
    public FabricApiException(string message, Exception innerException)
        : this(null, message, innerException)
    {
    }

    /// <summary>Creates it.</summary>
    /// <param name="status">Status of the answer; null where there was none.</param>
    /// <param name="detail">The sentence.</param>
    /// <param name="innerException">The cause, if any.</param>
    public FabricApiException(HttpStatusCode? status, string detail, Exception? innerException = null)
        : base(detail, innerException) => (Status, Detail) = (status, detail);

    /// <summary>Status of the server's answer; null where no server answered.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The server's sentence: what was wrong, the allowed range and what to do. May have several lines, one per problem.</summary>
    public string Detail { get; }
}
