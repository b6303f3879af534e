/**
 * Modules of Python that are packages to be installed. A program that needs one which the engine has not says nothing
 * of the model: its outcome is `unsupported`. Any other missing module is the program's own mistake.
 */
export const thirdPartyModules: ReadonlySet<string> = new Set(
  (
    "numpy scipy pandas sympy matplotlib seaborn sklearn torch torchvision tensorflow keras jax networkx requests bs4 lxml " +
    "PIL cv2 skimage statsmodels sortedcontainers regex yaml tqdm numba cython numexpr gmpy2 mpmath pytest nltk spacy " +
    "gensim flask django fastapi sqlalchemy psycopg2 pymongo redis boto3 docx openpyxl xlrd xlsxwriter pyspark dask " +
    "plotly bokeh pulp cvxpy ortools shapely geopandas astropy rdkit Bio h5py netCDF4 xarray pydantic attr attrs " +
    "aiohttp httpx websockets cryptography Crypto nacl bcrypt wordcloud textblob librosa soundfile psutil faker chardet " +
    "dateutil pytz simplejson ujson toml dotenv click rich prettytable tabulate bitarray more_itertools toolz"
  ).split(" "),
);
